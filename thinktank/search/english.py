"""English words that are one to somebody who searches: British and American spelling, a country and its people."""

import re

OTHER_SPELLING, PEOPLE = 0.9, 0.6  # weights for the word that was typed

# Parts of a word, British and American; each is tried both ways, and only what texts have is looked for.
PAIRS = (
    ("our", "or"), ("is", "iz"), ("ys", "yz"), ("tre", "ter"), ("bre", "ber"), ("ogue", "og"), ("gramme", "gram"), ("ence", "ense"),
    ("cheque", "check"), ("grey", "gray"), ("paed", "ped"), ("haem", "hem"), ("foet", "fet"), ("plough", "plow"), ("tyre", "tire"),
    ("sceptic", "skeptic"), ("sulph", "sulf"), ("mould", "mold"), ("ageing", "aging"), ("alumini", "alumin"), ("fulfil", "fulfill"),
    ("enrol", "enroll"), ("instal", "install"), ("storey", "story"), ("jewell", "jewel"), ("manoeuv", "maneuv"), ("practis", "practic"),
)  # fmt: skip
DOUBLED = re.compile("(?<=[a-z]{3}[aeiou])ll(?=ed|ing|er)")  # travelled
SINGLE = re.compile("(?<=[a-z]{3}[aeiou])l(?=ed|ing|er)")
SHORTEST = 4  # letters of a word that may be spelt in another way

_COUNTRIES = """
iraq iraqi iraqis|iran iranian|syria syrian|lebanon lebanese|jordan jordanian|israel israeli|palestine palestinian|egypt egyptian|libya libyan
tunisia tunisian|algeria algerian|morocco moroccan|mauritania mauritanian|sudan sudanese|somalia somali|yemen yemeni|oman omani|qatar qatari
bahrain bahraini|kuwait kuwaiti|emirates emirati|saudi saudis|turkey turkish turks|kurdistan kurdish kurds|cyprus cypriot|greece greek
afghanistan afghan|pakistan pakistani|india indian|bangladesh bangladeshi|china chinese|japan japanese|korea korean|russia russian
ukraine ukrainian|georgia georgian|armenia armenian|azerbaijan azerbaijani|europe european|britain british|france french|germany german
italy italian|spain spanish|poland polish|sweden swedish|norway norwegian|america american|canada canadian|mexico mexican|brazil brazilian
ethiopia ethiopian|eritrea eritrean|kenya kenyan|nigeria nigerian|mali malian|chad chadian|africa african|asia asian|nepal nepalese
indonesia indonesian|malaysia malaysian|vietnam vietnamese|australia australian
"""
_PEOPLES = {
    word: [other for other in group.split() if other != word]
    for line in _COUNTRIES.split("\n")
    for group in line.split("|")
    for word in group.split()
}
_WAYS = [(re.compile(one), other) for pair in PAIRS for one, other in (pair, pair[::-1])] + [
    (DOUBLED, "l"),
    (SINGLE, "ll"),
]


def related(word):
    """`{word: weight}` of other words that are looked for with a word in small letters; many of them are no words."""
    if len(word) < SHORTEST or not word.isalpha():
        return {}
    found = dict.fromkeys(_PEOPLES.get(word, ()), PEOPLE)
    for pattern, other in _WAYS:
        for match in pattern.finditer(word):
            found[word[: match.start()] + other + word[match.end() :]] = OTHER_SPELLING
    return found
