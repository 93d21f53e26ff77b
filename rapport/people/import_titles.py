"""The titles under which files carry people and companies: sheets in English, German, French and Spanish, and exports
of HubSpot, Salesforce, Pipedrive, Google Contacts and Outlook. Case, accents and signs between words do not matter.

Where a file has several columns for one address or number, the first becomes the main one and the others join the list.
"""

from collections.abc import Mapping

Titles = Mapping[str, tuple[str, ...]]

PERSON: Titles = {
    "first_name": (
        "Given name", "Forename", "Firstname", "Person - First name",
        "Vorname", "Rufname", "Prénom", "Nombre", "Nombre de pila",
    ),
    "last_name": (
        "Surname", "Family name", "Name", "Lastname", "Person - Last name",
        "Nachname", "Familienname", "Zuname", "Nom", "Nom de famille", "Apellido", "Apellidos",
    ),
    "email": (
        "Email", "Email address", "Mail", "Work email", "E-mail 1 - Value", "Person - Email", "Person - Email - Work",
        "Person - Email - Home", "Person - Email - Other", "Additional email addresses", "E-mail 2 Address",
        "E-mail 3 Address", "E-mail 2 - Value", "E-mail 3 - Value", "E-mail 4 - Value", "Other email", "Home email",
        "Private email", "Secondary email", "Email 2", "Email 3", "Weitere E-Mail",
        "E-Mail-Adresse", "E-Mail-Adresse 2", "E-Mail 2: Adresse", "E-Mail 3: Adresse", "Mailadresse", "Mail-Adresse",
        "Adresse e-mail", "Adresse de messagerie", "Adresse électronique", "Courriel", "Mél", "E-mail professionnel",
        "Correo", "Correo electrónico", "Dirección de correo electrónico", "Dirección de correo",
    ),
    "phone": (
        "Phone number", "Telephone", "Tel", "Mobile", "Mobile phone", "Mobile phone number", "Cell", "Cell phone",
        "Work phone", "Business phone", "Business phone 2", "Home phone", "Home phone 2", "Other phone",
        "Primary phone", "Company main phone", "Asst. phone", "Phone 2", "Phone 1 - Value", "Phone 2 - Value",
        "Phone 3 - Value", "Phone 4 - Value", "Person - Phone", "Person - Phone - Work", "Person - Phone - Home",
        "Person - Phone - Mobile", "Person - Phone - Other",
        "Telefon", "Telefonnummer", "Rufnummer", "Mobil", "Mobiltelefon", "Mobilnummer", "Handy", "Handynummer",
        "Telefon geschäftlich", "Telefon (geschäftlich)", "Telefon privat", "Telefon (privat)", "Telefon 2", "Festnetz",
        "Téléphone", "Numéro de téléphone", "Tél", "Portable", "Téléphone portable", "Téléphone mobile",
        "Téléphone professionnel", "Tél. bureau", "Téléphone domicile",
        "Teléfono", "Número de teléfono", "Móvil", "Celular", "Teléfono móvil", "Teléfono del trabajo",
        "Teléfono particular",
    ),
    "company": (
        "Company name", "Organization", "Organisation", "Account", "Account name", "Employer", "Associated company",
        "Primary associated company", "Organization name", "Organization 1 - Name", "Person - Organization",
        "Organization - Name", "Firma", "Firmenname", "Unternehmen", "Betrieb",
        "Société", "Entreprise", "Nom de l'entreprise", "Empresa", "Nombre de la empresa", "Organización", "Compañía",
    ),
    "job_title": (
        "Title", "Job", "Role", "Function", "Organization title", "Organization 1 - Title", "Person - Job title",
        "Position", "Funktion", "Jobtitel", "Rolle", "Berufsbezeichnung", "Stellung",
        "Poste", "Fonction", "Titre", "Intitulé du poste", "Cargo", "Puesto", "Función",
    ),
    "language": ("Preferred language", "Sprache", "Korrespondenzsprache", "Langue", "Idioma"),
    "birthday": (
        "Date of birth", "Birthdate", "Birth date", "Person - Birthday", "Geburtstag", "Geburtsdatum",
        "Date de naissance", "Anniversaire", "Fecha de nacimiento", "Cumpleaños",
    ),
    "linkedin": ("LinkedIn URL", "LinkedIn bio", "LinkedIn profile", "LinkedIn-Profil", "Profil LinkedIn",
                 "Perfil de LinkedIn"),
    "lifecycle": ("Status", "Lifecycle stage", "Phase", "Lebenszyklus", "Kundenstatus", "Contact type", "Statut",
                  "Phase du cycle de vie", "Estado", "Etapa del ciclo de vida"),
    "source": ("Quelle", "Herkunft", "Lead source", "Leadquelle", "Original source", "Person - Source", "Origine",
               "Provenance", "Origen", "Fuente"),
    "about": (
        "Notes", "Description", "Comment", "Comments", "Remarks", "Person - Notes", "Background",
        "Notizen", "Bemerkung", "Bemerkungen", "Beschreibung", "Kommentar", "Anmerkungen",
        "Remarques", "Commentaire", "Commentaires", "Notas", "Observaciones", "Comentarios", "Descripción",
    ),
}  # fmt: skip

FULL_NAME = (
    "Name", "Contact", "Contact name", "Display name", "File as", "Person - Name",
    "Vollständiger Name", "Kontakt", "Ansprechpartner", "Ansprechpartnerin", "Vor- und Nachname", "Anzeigename",
    "Nom complet", "Nom et prénom", "Prénom et nom", "Contacto", "Nombre completo", "Nombre y apellidos",
)  # fmt: skip

COMPANY: Titles = {
    "name": (
        "Company", "Company name", "Account name", "Account", "Organization", "Organisation", "Organization name",
        "Organization - Name", "Firma", "Firmenname", "Unternehmen", "Kunde",
        "Société", "Entreprise", "Raison sociale", "Nom", "Nom de l'entreprise", "Nombre", "Empresa", "Razón social",
        "Nombre de la empresa",
    ),
    "website": ("Website", "Web page", "Website URL", "Organization - Website", "Homepage", "URL", "Webseite",
                "Internetseite", "Site web", "Site internet", "Sitio web", "Página web"),
    "email": ("Email", "Email address", "Mail", "Organization - Email", "E-Mail-Adresse", "Adresse e-mail", "Courriel",
              "Correo", "Correo electrónico"),
    "phone": ("Phone number", "Telephone", "Tel", "Main phone", "Account phone", "Organization - Phone", "Telefon",
              "Telefonnummer", "Zentrale", "Téléphone", "Standard", "Teléfono"),
    "industry": ("Sector", "Organization - Industry", "Branche", "Wirtschaftszweig", "Secteur", "Secteur d'activité",
                 "Sector industrial", "Industria"),
    "size": ("Size", "Number of employees", "No. of employees", "Organization - Employee count", "Mitarbeiter",
             "Mitarbeiterzahl", "Größe", "Effectif", "Nombre d'employés", "Empleados", "Número de empleados"),
    "revenue": ("Annual revenue", "Revenue", "Organization - Annual revenue", "Umsatz", "Jahresumsatz",
                "Chiffre d'affaires", "Facturación", "Ingresos anuales"),
    "vat_id": ("VAT", "VAT ID", "USt-IdNr.", "USt-ID", "Umsatzsteuer-ID", "N° TVA", "Numéro de TVA", "NIF", "CIF",
               "Número de IVA"),
    "about": ("Notes", "Description", "Comments", "Notizen", "Beschreibung", "Bemerkung", "Remarques", "Commentaire",
              "Notas", "Observaciones", "Descripción"),
    "domain": ("Company domain name", "Email domain", "Domäne", "Nom de domaine", "Dominio"),
}  # fmt: skip
