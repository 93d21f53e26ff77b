"""Templates escape, refuse unknown names, and offer the components to whole pages and to single blocks."""

import pytest
from django.utils import translation
from jinja2 import DictLoader, Environment, UndefinedError
from jinja2_fragments import render_block

from rapport.ui.templating import aria, attributes, environment


@pytest.fixture(scope="module")
def env() -> Environment:
    return environment()


def drawn(env: Environment, source: str, **values: object) -> str:
    return env.from_string(source).render(values)


def test_text_is_escaped(env: Environment) -> None:
    assert drawn(env, "{{ name }}", name="<script>") == "&lt;script&gt;"


def test_text_inside_components_is_escaped(env: Environment) -> None:
    html = drawn(
        env,
        "{{ ui.badge(t) }}{{ ui.button(t, icon_only=True) }}{{ ui.text_field(t, 'n', t, errors=[t]) }}"
        "{{ ui.fact(t, t, t) }}{{ ui.chip(t, t, t, t) }}"
        "{{ ui.timeline_event('mail', t, t, quote=t, changes=[(t, t, t)]) }}",
        t='"><img src=x onerror=alert(1)>',
    )
    assert "<img" not in html


def test_a_name_that_does_not_exist_is_an_error(env: Environment) -> None:
    with pytest.raises(UndefinedError):
        drawn(env, "{{ nothing }}")


def test_a_component_that_does_not_exist_is_an_error(env: Environment) -> None:
    with pytest.raises(UndefinedError):
        drawn(env, "{{ ui.no_such_component() }}")


def test_components_are_there_when_only_one_block_is_rendered(env: Environment) -> None:
    env = env.overlay(loader=DictLoader({"page": "<p>{% block part %}{{ ui.kbd('J') }}{% endblock %}</p>"}))
    assert render_block(env, "page", "part") == "<kbd>J</kbd>"


def test_texts_of_components_follow_the_language_of_the_moment(env: Environment) -> None:
    source = "{{ _('%(n)s rows', n=n) }}"
    with translation.override("de"):
        assert drawn(env, source, n="<3>") == "&lt;3&gt; rows"


def test_every_component_file_explains_its_macros(env: Environment) -> None:
    for name in env.list_templates(filter_func=lambda path: path.startswith("components/")):
        source = env.loader.get_source(env, name)[0]  # type: ignore[union-attr]
        assert source.startswith("{# "), f"{name} has no comment at its head"


def test_attribute_names_become_dashed_and_values_are_escaped() -> None:
    assert attributes({"hx_get": "/a?b=1&c=2", "class_": "x"}) == ' hx-get="/a?b=1&amp;c=2" class="x"'


def test_attributes_that_are_absent_are_left_out() -> None:
    assert attributes({"hidden": False, "title": None, "disabled": True, "hx_vals": {"a": 1}}) == (
        ' disabled hx-vals="{&#34;a&#34;: 1}"'
    )


@pytest.mark.parametrize("name", ["onclick", "hx_on", "hx-on:click", "style", "a b", "a>", "a=b"])
def test_an_attribute_that_could_run_a_script_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="may not be an attribute"):
        attributes({name: "x"})


def test_a_control_is_tied_to_its_hint_and_errors() -> None:
    assert aria("f", "hint", ["wrong"]) == {
        "id": "f",
        "aria-invalid": "true",
        "aria-describedby": "f-error f-hint",
    }
    assert aria("f") == {"id": "f", "aria-invalid": None, "aria-describedby": None}


def test_the_chosen_option_is_selected_whether_numbers_or_text(env: Environment) -> None:
    html = drawn(
        env, "{{ ui.select('s', [(1, 'One'), ('g', [('a', 'A')])], 1) }}{{ ui.select('t', [(1, 'One')], '1') }}"
    )
    assert html.count('<option value="1" selected>') == 2


def test_a_disabled_link_has_no_address(env: Environment) -> None:
    assert "href" not in drawn(env, "{{ ui.link_button('Previous', '') }}")


def test_a_text_area_keeps_the_first_line_break_of_its_value(env: Environment) -> None:
    """HTML drops one line break after the tag, so one more is written."""
    assert ">\n\n first</textarea>" in drawn(env, "{{ ui.textarea('t', v) }}", v="\n first")
