"""The titles under which files carry the parts of an address: in English, German, French and Spanish sheets, and in
exports of HubSpot, Salesforce, Google Contacts and Outlook. The first such column of a file that says something wins.
"""

PART_TITLES = {
    "street": (
        "Street", "Address", "Street address", "Address 1", "Address line 1", "Mailing street", "Billing street",
        "Business street", "Work street", "Home street", "Other street", "Shipping street", "Address 1 - Street",
        "Address 2 - Street", "Organization - Street/road name of Address",
        "Straße", "Strasse", "Str.", "Adresse", "Anschrift", "Straße und Hausnummer", "Straße, Hausnr.",
        "Straße geschäftlich", "Straße privat", "Rechnungsadresse",
        "Rue", "Voie", "Adresse postale", "Rue (bureau)", "Rue (domicile)", "Dirección", "Calle", "Domicilio",
        "Calle del trabajo", "Calle particular",
    ),
    "postcode": (
        "Postcode", "Postal code", "Zip", "Zip code", "Mailing zip/postal code", "Mailing postal code",
        "Billing zip/postal code", "Billing postal code", "Business postal code", "Home postal code",
        "Other postal code", "Shipping zip/postal code", "Address 1 - Postal code", "Address 2 - Postal code",
        "Organization - ZIP/Postal code of Address", "PLZ", "Postleitzahl", "Postleitzahl geschäftlich",
        "Postleitzahl privat", "Code postal", "CP", "Código postal", "C.P.",
    ),
    "city": (
        "City", "Town", "Mailing city", "Billing city", "Business city", "Home city", "Other city", "Shipping city",
        "Address 1 - City", "Address 2 - City", "Organization - City/town/village/locality of Address",
        "Ort", "Stadt", "Wohnort", "Ort geschäftlich", "Ort privat", "Ville", "Localité", "Ciudad", "Población",
        "Localidad", "Municipio",
    ),
    "region": (
        "Region", "State", "Province", "County", "State/Region", "Mailing state/province", "Mailing state",
        "Billing state/province", "Billing state", "Business state", "Home state", "Other state",
        "Shipping state/province", "Address 1 - Region", "Address 2 - Region",
        "Organization - State/county of Address", "Bundesland", "Kanton", "Bundesland geschäftlich", "Région",
        "Département", "Provincia", "Región", "Estado/Provincia",
    ),
    "country": (
        "Country", "Country/Region", "Mailing country", "Billing country", "Business country/region",
        "Business country", "Home country/region", "Home country", "Other country/region", "Shipping country",
        "Address 1 - Country", "Address 2 - Country", "Organization - Country of Address", "Land", "Staat",
        "Land/Region", "Land/Region geschäftlich", "Land/Region privat", "Pays", "Pays/Région", "País",
    ),
}  # fmt: skip
