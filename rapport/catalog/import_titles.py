"""The titles under which files of other systems carry products, in English and German: shops, ERPs and CRMs."""

from collections.abc import Mapping

Titles = Mapping[str, tuple[str, ...]]

PRODUCT: Titles = {
    "name": ("Product name", "Product", "Title", "Item", "Item name", "Article", "Produktname", "Produkt", "Artikel",
             "Artikelname", "Artikelbezeichnung", "Bezeichnung", "Titel"),
    "sku": ("Product code", "Item number", "Item no", "Article number", "Part number", "Variant SKU", "Code",
            "Artikelnummer", "Artikel-Nr.", "Artikelnr", "Produktnummer", "Produktcode", "Bestellnummer", "Art.-Nr."),
    "category": ("Product category", "Type", "Product type", "Product family", "Group", "Kategorie", "Produktkategorie",
                 "Warengruppe", "Artikelgruppe", "Produktgruppe"),
    "description": ("Product description", "Long description", "Sales description",
                    "Beschreibung", "Produktbeschreibung", "Langtext", "Artikelbeschreibung"),
    "unit": ("Unit of measure", "UOM", "Measure", "Einheit", "Mengeneinheit", "ME", "Verkaufseinheit"),
    "active": ("Published", "Is active", "Enabled", "Aktiv", "Veröffentlicht", "Verfügbar"),
    "price": ("Unit price", "List price", "Sales price", "Variant price", "Net price", "Regular price", "Preis",
              "Verkaufspreis", "VK", "VK netto", "Nettopreis", "Einzelpreis", "Listenpreis"),
    "cost": ("Unit cost", "Cost price", "Cost per item", "Purchase price", "Cost of goods sold", "Kosten",
             "Einkaufspreis", "EK", "EK netto", "Selbstkosten"),
    "tax_rate": ("Tax rate", "VAT", "VAT rate", "Tax %", "Customer taxes", "Steuer", "Steuersatz", "MwSt",
                 "MwSt.", "MwSt-Satz", "USt", "Umsatzsteuer", "Mehrwertsteuer"),
    "recurring": ("Billing frequency", "Billing period", "Recurring billing frequency", "Term", "Abrechnung",
                  "Abrechnungszeitraum", "Intervall", "Turnus"),
    "parent": ("Parent", "Parent product", "Parent SKU", "Vaterartikel", "Hauptprodukt", "Hauptartikel"),
    "options": ("Variant options", "Attributes", "Varianten", "Optionen", "Ausprägungen", "Attribute"),
}  # fmt: skip
