"""The trades of which there is a sample, by key. The first is loaded where nobody chose."""

from rapport.sample.trades import bakery, call_centre, shop, software

TRADES = {module.TRADE.key: module.TRADE for module in (software, bakery, shop, call_centre)}
