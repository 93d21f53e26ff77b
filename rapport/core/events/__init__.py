"""History: an ``Act`` is what somebody did in one go, an ``Event`` a fact it made, a ``Change`` before and after."""
