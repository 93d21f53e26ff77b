"""What saving a product means: a variant fits its parent, and a bundle holds no bundle."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from rapport.catalog.products import bundles, options
from rapport.catalog.products.models import Product
from rapport.core.fields import Links
from rapport.core.objects.saver import Draft, Saver


class ProductSaver(Saver):
    """Keeps variants and bundles one level deep, so that a price is found in one step."""

    def check(self, drafts: Sequence[Draft]) -> None:
        self._check_variants([draft for draft in drafts if {"parent", "options"} & draft.values.keys()])
        self._check_bundles([draft for draft in drafts if draft.values.get(bundles.FIELD)])

    def _check_variants(self, drafts: Sequence[Draft]) -> None:
        wanted = [draft.values.get("parent", draft.instance.parent_id) for draft in drafts]
        parents = Product.objects.in_bulk({pk for pk in wanted if pk})
        own = [draft.instance.pk for draft in drafts if draft.instance.pk and draft.values.get("parent")]
        with_variants = set(Product.objects.filter(parent__in=own, live=True).values_list("parent_id", flat=True))
        for draft, pk in zip(drafts, wanted, strict=True):
            parent = parents.get(pk or 0)
            if parent is None:
                if said := options.too_many(options.read(draft.values.get("options") or "")):
                    draft.refuse("options", said)
                continue
            if parent.pk == draft.instance.pk or parent.parent_id:
                draft.refuse("parent", _("Choose a product that is no variant itself."))
            elif draft.instance.pk in with_variants:
                draft.refuse("parent", _("This product has variants, so it cannot be one."))
            else:
                own_options = options.read(draft.values.get("options", draft.instance.options))
                if said := options.problem(own_options, options.read(parent.options)):
                    draft.refuse("options", said)

    def _check_bundles(self, drafts: Sequence[Draft]) -> None:
        field = self.spec.by_key[bundles.FIELD]
        assert isinstance(field, Links)  # noqa: S101 - declared so
        parts = {id(draft): set(field.numbers(draft.values[bundles.FIELD])) for draft in drafts}
        nested = bundles.bundles_among(set().union(*parts.values())) if parts else set()
        for draft in drafts:
            if draft.instance.pk in parts[id(draft)] or nested & parts[id(draft)]:
                draft.refuse(bundles.FIELD, _("A bundle cannot hold itself or another bundle."))
