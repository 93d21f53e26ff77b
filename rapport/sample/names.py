"""How people and places are called in the countries where the sample's customers live."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Culture:
    """One country: its names, cities (with a postcode and a phone number's beginning) and how companies end.

    ``phones`` and ``mobiles`` are beginnings of numbers that belong to nobody; ``digits`` are added to them.
    """

    country: str
    language: str
    weight: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    forms: tuple[str, ...]
    phones: tuple[tuple[str, int], ...]
    mobiles: tuple[tuple[str, int], ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((city, postcode) for city, _, postcode in (part.strip().partition(":") for part in text.split(",")))


CULTURES = (
    Culture(
        "Germany", "de", 38,
        _words("Anna Lena Julia Katharina Sabine Petra Monika Franziska Johanna Miriam Heike Birgit Svenja Jana Käthe "
               "Ursula Nadine Stefanie Carolin Antje Frauke Greta Ronja Wiebke Zoë"),
        _words("Jürgen Thomas Stefan Michael Andreas Jan Lukas Maximilian Uwe Götz Björn Sören Matthias Florian Tobias "
               "Hans-Peter Karl-Heinz Felix Moritz Jannik Henning Ole Günther Rüdiger Dirk"),
        _words("Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter "
               "Klein Wolf Schröder Neumann Schwarz Zimmermann Krüger Hartmann Lange Köhler Krause Groß Weiß Jäger "
               "Böhm Lübke Straßner Öztürk Yılmaz Kowalski Petersen Hansen Brandt Vogt Engelhardt Schöne"),
        _pairs("Berlin:10115, Hamburg:20095, München:80331, Köln:50667, Frankfurt am Main:60311, Leipzig:04109, "
               "Stuttgart:70173, Düsseldorf:40213, Bremen:28195, Nürnberg:90402, Münster:48143, Lübeck:23552, "
               "Göttingen:37073, Würzburg:97070, Dresden:01067, Hannover:30159, Kiel:24103, Freiburg:79098"),
        _words("Hauptstraße Bahnhofstraße Gartenweg Lindenallee Schillerstraße Am_Markt Mühlenweg Hafenstraße"),
        _words("GmbH GmbH GmbH AG KG GmbH_&_Co._KG e._K. SE"),
        (("+49 30 23125 ", 3), ("+49 69 90009 ", 3), ("+49 40 66969 ", 3), ("+49 221 4710 ", 3), ("+49 89 99998 ", 3)),
        (("+49 171 39200", 2),),
    ),
    Culture(
        "Austria", "de", 4,
        _words("Theresa Magdalena Elisabeth Eva Verena Christina Barbara"),
        _words("Johannes Wolfgang Gerald Leopold Clemens Philipp Reinhard"),
        _words("Gruber Huber Steiner Pichler Moser Hofer Leitner Eder Wallner Höller"),
        _pairs("Wien:1010, Graz:8010, Linz:4020, Salzburg:5020, Innsbruck:6020"),
        _words("Ringstraße Kirchengasse Mariahilfer_Straße Am_Graben"),
        _words("GmbH GmbH AG OG"),
        (("+43 1 000 ", 4),), (("+43 660 000 ", 4),),
    ),
    Culture(
        "Switzerland", "de", 4,
        _words("Regula Corinne Ursina Nadja Sandra Chiara"),
        _words("Reto Urs Beat Marco Luca Andri"),
        _words("Zürcher Brunner Baumann Frei Keller Bianchi Rochat Gerber Ammann"),
        _pairs("Zürich:8001, Bern:3011, Basel:4051, Genève:1204, Lausanne:1003, Winterthur:8400"),
        _words("Bahnhofstrasse Seestrasse Dorfstrasse Kirchgasse"),
        _words("AG AG GmbH Sàrl"),
        (("+41 44 000 ", 4),), (("+41 79 000 ", 4),),
    ),
    Culture(
        "France", "fr", 13,
        _words("Camille Chloé Léa Élodie Inès Amélie Françoise Hélène Manon Zoé Anaïs Noémie Aurélie Fatou Aïcha"),
        _words("Jean-Luc Thibault Étienne François Loïc Théo Rémi Benoît Hugo Maxime Amadou Karim Gaël Cédric"),
        _words("Martin Bernard Dubois Lefèvre Moreau Girard Rousseau Fournier Mercier Lambert Bonnet Faure Béranger "
               "Benali N’Diaye Le_Gall de_la_Tour Chevalier Garnier Guérin"),
        _pairs("Paris:75002, Lyon:69002, Marseille:13001, Toulouse:31000, Nantes:44000, Strasbourg:67000, Lille:59000, "
               "Bordeaux:33000, Orléans:45000, Besançon:25000"),
        _words("rue_de_la_République avenue_Jean_Jaurès rue_Victor_Hugo place_du_Marché quai_de_Saône"),
        _words("SARL SAS SA SAS"),
        (("+33 1 99 00 ", 4), ("+33 4 65 71 ", 4), ("+33 5 36 49 ", 4)), (("+33 6 39 98 ", 4),),
    ),
    Culture(
        "Spain", "es", 7,
        _words("María Lucía Carmen Sofía Núria Begoña Pilar Marta Ana_Belén Aitana"),
        _words("José Javier Íñigo Andrés Sergio Álvaro Raúl Jordi Iker Tomás"),
        _words("García Fernández López Martínez Sánchez Núñez Ibáñez Peña Muñoz Castaño Echeverría Puig Vidal"),
        _pairs("Madrid:28013, Barcelona:08002, Valencia:46001, Sevilla:41001, Bilbao:48001, A Coruña:15001"),
        _words("Calle_Mayor Gran_Vía Avenida_de_la_Constitución Passeig_de_Gràcia"),
        _words("S.L. S.L. S.A."),
        (("+34 910 000 ", 3), ("+34 930 000 ", 3)), (("+34 600 000 ", 3),),
    ),
    Culture(
        "Italy", "it", 7,
        _words("Giulia Francesca Chiara Alessia Beatrice Elena Federica Martina Nicolò"),
        _words("Marco Luca Matteo Alessandro Davide Giovanni Lorenzo Niccolò Pietro"),
        _words("Rossi Russo Ferrari Esposito Bianchi Colombo Ricci Marino Greco Conti De_Luca D’Angelo Galli Fontana"),
        _pairs("Milano:20121, Roma:00184, Torino:10121, Bologna:40121, Firenze:50122, Napoli:80133, Verona:37121"),
        _words("Via_Roma Corso_Garibaldi Via_Dante Piazza_San_Marco"),
        _words("S.r.l. S.p.A. S.r.l."),
        (("+39 02 0000 ", 4), ("+39 06 0000 ", 4)), (("+39 320 000 ", 4),),
    ),
    Culture(
        "Poland", "pl", 6,
        _words("Agnieszka Małgorzata Katarzyna Zofia Joanna Magdalena Żaneta Łucja Ewa"),
        _words("Paweł Łukasz Michał Krzysztof Wojciech Stanisław Grzegorz Bartłomiej Rafał"),
        _words("Nowak Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Dąbrowski Woźniak Jabłoński Król"),
        _pairs("Warszawa:00-001, Kraków:30-001, Łódź:90-001, Wrocław:50-001, Poznań:60-001, Gdańsk:80-001"),
        _words("ulica_Długa ulica_Kościuszki ulica_Polna aleja_Jerozolimska"),
        _words("Sp._z_o.o. Sp._z_o.o. S.A."),
        (("+48 22 000 ", 4), ("+48 12 000 ", 4)), (("+48 500 000 ", 3),),
    ),
    Culture(
        "Netherlands", "nl", 6,
        _words("Sanne Femke Lotte Anouk Marloes Eva Ilse Roos"),
        _words("Daan Sem Jeroen Bram Willem Pieter Joost Thijs"),
        _words("de_Jong Jansen de_Vries van_den_Berg van_Dijk Bakker Visser Smit Meijer van_’t_Hof Mulder Dekker"),
        _pairs("Amsterdam:1012, Rotterdam:3011, Utrecht:3511, Den Haag:2511, Eindhoven:5611, Groningen:9711"),
        _words("Kerkstraat Herengracht Stationsweg Dorpsstraat Marktplein"),
        _words("B.V. B.V. N.V."),
        (("+31 20 000 ", 4), ("+31 10 000 ", 4)), (("+31 6 0000 ", 4),),
    ),
    Culture(
        "United Kingdom", "en", 8,
        _words("Emily Charlotte Olivia Priyanka Siobhán Harriet Gemma Ngozi Zainab Megan Eleanor"),
        _words("James Oliver Tariq Callum Rhys Alistair Chidi Kwame Sanjay Harry Angus"),
        _words("Smith Jones Williams Taylor Brown Davies Evans Patel Khan O’Connor MacLeod Okafor Singh Wright Hughes "
               "Ashworth Campbell Mensah"),
        _pairs("London:EC1A 1BB, Manchester:M1 1AE, Birmingham:B1 1BB, Leeds:LS1 1BA, Glasgow:G1 1XQ, Bristol:BS1 4ST"),
        _words("High_Street Station_Road Church_Lane Victoria_Road King_Street"),
        _words("Ltd Ltd plc LLP"),
        (("+44 20 7946 0", 3), ("+44 161 496 0", 3), ("+44 113 496 0", 3)), (("+44 7700 900", 3),),
    ),
    Culture(
        "Sweden", "sv", 3,
        _words("Elin Maja Åsa Linnéa Ingrid Saga Märta"),
        _words("Erik Lars Björn Oskar Håkan Nils Göran"),
        _words("Andersson Johansson Lindström Öberg Åkesson Sjöberg Bergqvist Nyström"),
        _pairs("Stockholm:111 20, Göteborg:411 03, Malmö:211 20, Uppsala:753 10, Örebro:702 10"),
        _words("Storgatan Drottninggatan Kungsgatan Vasagatan"),
        _words("AB AB"),
        (("+46 8 465 004 ", 2), ("+46 31 390 06", 2)), (("+46 70 174 06", 2),),
    ),
    Culture(
        "Denmark", "da", 2,
        _words("Freja Mette Søs Ida Kirstine Signe"),
        _words("Mads Søren Jørgen Rasmus Aksel Bjarke"),
        _words("Jensen Nielsen Sørensen Møller Østergaard Kjær Thomsen"),
        _pairs("København:1050, Aarhus:8000, Odense:5000, Aalborg:9000"),
        _words("Nørregade Vestergade Strandvejen Algade"),
        _words("A/S ApS"),
        (("+45 00 00 ", 4),), (("+45 00 01 ", 4),),
    ),
    Culture(
        "Turkey", "en", 2,
        _words("Ayşe Zeynep Elif Çiğdem Gülşah Büşra"),
        _words("Mehmet Emre Oğuz Çağlar Uğur İbrahim"),
        _words("Yıldız Demir Şahin Çelik Aydın Özdemir Doğan Kılıç"),
        _pairs("İstanbul:34000, Ankara:06000, İzmir:35000"),
        _words("İstiklal_Caddesi Atatürk_Bulvarı Cumhuriyet_Caddesi"),
        _words("A.Ş. Ltd._Şti."),
        (("+90 212 000 ", 4),), (("+90 530 000 ", 4),),
    ),
)  # fmt: skip

# Names that are not written in Latin letters; with the Latin form that stands in the e-mail address.
OTHER_SCRIPTS = (
    ("王", "芳", "wang.fang"), ("李", "伟", "li.wei"), ("田中", "陽子", "tanaka.yoko"), ("佐藤", "健", "sato.ken"),
    ("김", "민준", "kim.minjun"), ("박", "서연", "park.seoyeon"), ("حسن", "ليلى", "layla.hassan"),
    ("الخطيب", "عمر", "omar.alkhatib"), ("Παπαδοπούλου", "Ελένη", "eleni.papadopoulou"),
    ("Іваненко", "Олена", "olena.ivanenko"),
)  # fmt: skip


def at_home(country: str, cities: str = "", weight: int = 1) -> Culture:
    """The people of a country, living in ``cities`` (“Bristol:BS1 4ST, Bath:BA1 1LZ”) where a business is local."""
    culture = next(culture for culture in CULTURES if culture.country == country)
    return replace(culture, cities=_pairs(cities) if cities else culture.cities, weight=weight)
