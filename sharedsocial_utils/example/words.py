"""The words of the invented clients: names, titles, comments, notes. None is a real person's."""

from numpy.random import Generator

FIRST_NAMES = (
    "Alba", "Brando", "Cosima", "Dino", "Edera", "Furio", "Ginevra", "Igino", "Lavinia", "Manlio", "Nives",
    "Oreste", "Petra", "Quirino", "Rosalba", "Silvano", "Tosca", "Ugo", "Viola", "Zeno", "Ada", "Basil",
    "Clover", "Daisy", "Elwood", "Fern", "Gale", "Hazel", "Ivo", "Juno", "Kit", "Linden", "Moss", "Nell",
    "Olive", "Perry", "Quill", "Rowan", "Sorrel", "Tilda",
)  # fmt: skip
LAST_NAMES = (
    "Querciuoli", "Sassolino", "Tartufini", "Ventolieve", "Zagarella", "Acquachiara", "Biancospini",
    "Camporosso", "Dolcemare", "Fiordaliso", "Grandinelli", "Lumachelli", "Melograni", "Nuvoloni",
    "Ombrellini", "Pratoverde", "Ruscelletti", "Solaleone", "Trifogli", "Uvaspina", "Applewick", "Brambleby",
    "Cloudsworth", "Dewberry", "Elderfold", "Foxmeadow", "Greyfeather", "Hollowell", "Inkpenny", "Larkspurr",
    "Mistlebrook", "Nettlecombe", "Oatfield", "Pebblewood", "Quicksilver-Vane", "Rushlight", "Snowgoose",
    "Thistledown", "Underleaf", "Willowmere",
)  # fmt: skip

NOTES: dict[str, dict[str, tuple[str, ...]]] = {
    "it": {
        "post": ("testo", "bozza e titolo", "ricerca", "revisione con foto"),
        "reply": ("risposte ai commenti", "messaggi privati"),
        "photo": ("scatti", "scelta e ritocco"),
        "video": ("riprese", "montaggio", "sottotitoli"),
        "ads": ("budget e testi", "parole chiave", "controllo settimanale"),
        "monitoring": ("numeri della settimana", "recensioni"),
    },
    "en": {
        "post": ("copy", "draft and headline", "research", "edit with pictures"),
        "reply": ("answers to comments", "direct messages"),
        "photo": ("shooting", "selection, retouch"),
        "video": ("filming", "editing", "subtitles"),
        "ads": ("budget, copy", "keywords", "weekly check"),
        "monitoring": ("weekly figures", "reviews"),
    },
}

_SUBJECTS: dict[str, dict[str, tuple[str, ...]]] = {
    "it": {
        "farm": (
            "la vendemmia", "l'olio nuovo", "il pane a legna", "l'orto d'inverno", "la camera nella torre",
            "i sentieri del bosco", "la raccolta delle olive", "il formaggio del pastore", "le api",
            "il pranzo della domenica", "la piscina tra gli ulivi", "gli asini di casa",
        ),
        "hotel": (
            "la colazione lenta", "la terrazza sul lago", "la camera con vista", "il mercato del giovedì",
            "la passeggiata al tramonto", "l'ora dell'aperitivo", "la biblioteca degli ospiti", "il giardino",
        ),
        "winery": (
            "la potatura", "il bianco dell'anno", "la cantina di tufo", "il rosso che aspetta",
            "la vendemmia", "una degustazione al buio", "il tappo giusto", "la vigna vecchia",
        ),
        "maker": (
            "il tornio", "la scelta del legno", "lo smalto blu", "il pezzo unico", "la bottega di notte",
            "gli attrezzi del nonno", "un tavolo su misura", "la cottura lenta",
        ),
        "b2b": (
            "il preventivo in un giorno", "la manutenzione che previene", "il magazzino ordinato",
            "la sicurezza in reparto", "un turno in meno", "la macchina che avvisa", "la consegna del lunedì",
            "il collaudo",
        ),
    },
    "en": {
        "hotel": (
            "a slow breakfast", "the lake terrace", "the room with a view", "the Thursday market",
            "the walk at dusk", "the guests' library", "tea in the garden", "a rainy weekend",
        ),
        "winery": (
            "pruning", "this year's white", "the old cellar", "the red that waits", "the harvest",
            "a blind tasting", "the right cork", "the oldest vines",
        ),
        "maker": (
            "the wheel", "choosing the wood", "the blue glaze", "a single piece", "the workshop at night",
            "grandfather's tools", "a table to measure", "the slow firing",
        ),
        "b2b": (
            "a quote within a day", "maintenance that prevents", "a tidy warehouse", "safety on the floor",
            "one shift less", "the machine that warns", "Monday's delivery", "the acceptance test",
        ),
    },
}  # fmt: skip
_PATTERNS: dict[str, tuple[str, ...]] = {
    "it": (
        "Come nasce: {}", "Dietro le quinte: {}", "Cinque cose da sapere: {}", "Diario di casa: {}",
        "Domande e risposte: {}", "Un anno dopo: {}", "Visto da vicino: {}", "Il bello di casa: {}",
    ),
    "en": (
        "How it begins: {}", "Behind the scenes: {}", "Five things to know: {}", "House diary: {}",
        "Questions and answers: {}", "A year on: {}", "Up close: {}", "Why we like {}",
    ),
}  # fmt: skip
COMMENTS: dict[str, tuple[str, ...]] = {
    "it": (
        "Che bello, quando si può venire?", "Siete aperti anche d'inverno?",
        "Complimenti, bellissimo racconto.",
        "Si può prenotare per dodici persone?", "Ci siamo stati l'anno scorso, torneremo.",
        "Quanto costa il fine settimana?", "Accettate cani?", "Una foto in più, per favore!",
    ),
    "en": (
        "Lovely, when can we come?", "Are you open in winter too?", "What a good story, thank you.",
        "Can we book for twelve?", "We were there last year and will be back.", "What does a weekend cost?",
        "Are dogs welcome?", "One more picture, please!",
    ),
}  # fmt: skip
ANSWERS: dict[str, tuple[str, ...]] = {
    "it": (
        "Grazie! Vi abbiamo scritto in privato.", "Certo, vi aspettiamo.", "Grazie di cuore, a presto.",
        "Sì: trovate tutto nella pagina dei contatti.",
    ),
    "en": (
        "Thank you! We have written to you.", "Of course, see you soon.", "Thank you so much.",
        "Yes: everything is on the contact page.",
    ),
}  # fmt: skip
PAGES: dict[str, tuple[str, ...]] = {
    "it": ("/", "/contatti/", "/camere/", "/offerte/", "/chi-siamo/", "/blog/", "/dove-siamo/", "/storie/"),
    "en": ("/", "/contact/", "/products/", "/offers/", "/about/", "/blog/", "/find-us/", "/stories/"),
}  # fmt: skip

STAFF_FIRST_NAMES = (
    "Agata", "Bruno", "Carola", "Delio", "Emma", "Fosco", "Gaia", "Hugo", "Iris", "Lorena", "Mirto", "Nora",
    "Otello", "Pia", "Renzo", "Selva", "Tullio", "Vera", "Wanda", "Yuri", "Arthur", "Beth", "Cole", "Dora",
    "Edwin", "Flora", "Grace", "Harold", "Ida", "Jasper",
)  # fmt: skip
STAFF_LAST_NAMES = (
    "Aquiloni", "Boccadifiume", "Calamai", "Dirupi", "Erbaluce", "Farfallini", "Ghirlandai", "Istrici",
    "Lanternini", "Mongolfieri", "Nespoli", "Orologiai", "Pergolati", "Quadrifogli", "Rondinelle",
    "Scarabei", "Timbrini", "Usignoli", "Vetrai", "Zufoli", "Ashgrove", "Bellweather", "Candlewright",
    "Drumlin", "Emberley", "Fiddlewood", "Gatehouse", "Honeysett", "Ironbark", "Jackdaw",
)  # fmt: skip


def slug(text: str) -> str:
    """A text as addresses and ids have it: `l'olio nuovo` => `l-olio-nuovo`."""
    plain = text.casefold().translate(str.maketrans("àèéìòù’'", "aeeiou  "))
    return "-".join("".join(char if char.isascii() and char.isalnum() else " " for char in plain).split())


def titles(language: str, industry: str, chance: Generator) -> list[str]:
    """Titles in an order of chance: none comes twice before all have come."""
    every = [
        pattern.format(subject)
        for pattern in _PATTERNS[language]
        for subject in _SUBJECTS[language][industry]
    ]
    return [every[int(number)] for number in chance.permutation(len(every))]
