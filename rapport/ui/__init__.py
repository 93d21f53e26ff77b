"""Screens, components and styles: draws any object from its declaration and knows none by name.

``screens`` answer requests (list, record, form, import), ``templates`` and ``static`` hold the looks, ``cells`` and
``rows`` draw values, ``navigation`` is where packages add their places.
"""
