"""History: an ``Act`` is what somebody did in one go, an ``Event`` a fact it made, a ``Change`` its before and after."""
