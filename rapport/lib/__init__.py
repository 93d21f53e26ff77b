"""Helpers that know no record and no screen: they read, tidy, compare and show single values, and read table files.

Each file is about one thing: ``text``, ``emails``, ``domains``, ``urls``, ``phones``, ``numbers``, ``money``, ``dates``
(with ``date_words`` and ``durations``), ``relative_dates``, ``clock``, ``table_file``, ``csv_safe``, ``tokens``.

Verbs: ``parse_…`` and ``check_…`` take what people type and raise ``ValueError`` with a sentence for them;
``normalise_…`` gives the form that is compared and never fails; ``format_…`` and ``display_…`` give what is shown.
"""
