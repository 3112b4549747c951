"""The words of mechanics, and what each does in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .description import ThingKind

Category = Literal[
    "body",  # a thing, moving or fixed
    "link",  # a spring, rod, rope or damper
    "system",  # a named arrangement of several
    "group",  # a tower, row or pile of what is named next
    "property",  # names a quantity
    "measure",  # says behind a length what it is the length of
    "surface",  # a material, or how much it rubs or bounces
    "verb",
    "relation",  # joins what was named to what is named next
    "direction",
    "side",
    "world",
    "article",
    "pronoun",
    "and",
    "motor",
    "stop",  # says nothing
]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a word, or some words in a row, stand for."""

    category: Category
    what: str
    plural: bool = False


HANGING_PULLEYS = (
    "movable pulley|moveable pulley|moving pulley|hanging pulley|loose pulley|running pulley|"
    "free pulley|mobile pulley"
)
"""Pulleys that hang in their rope, and carry a load."""

BODIES: Mapping[ThingKind, str] = {
    "ball": "superball|bouncy ball|baseball|volleyball|billiard ball|snooker ball|orange|"
    "arrow|dart|javelin|golf ball|cricket ball|ping pong ball|snowball|pea|cherry|ball|"
    "sphere|marble|bob|stone|rock|projectile|particle|bullet|cannonball|shell|"
    "basketball|tennis ball|football|bowling ball|coin|apple|pebble|bead",
    "box": "glider|curling stone|lamp|picture|lorry load|toboggan|box|puck|hockey puck|block|"
    "crate|cube|mass|weight|brick|body|object|package|load|"
    "domino|sled|sledge|"
    "bungee jumper|jumper|skier|astronaut|student|worker|diver|climber|driver|golfer|player|"
    "teacher|farmer|archer|soldier|stuntman|runner|dancer|cyclist|gymnast|monkey|acrobat|passenger|"
    "person|child|kid|book|parcel|square|rectangle|suitcase|bucket|pillar|pier|column|stool|chair|"
    "bale|barge|counterweight|piston|slab|"
    "adult|boy|girl|man|woman|cabinet|fridge|elevator|lift cabin|chest|trunk|container",
    "wheel": "wheel|disc|disk|cylinder|hoop|tyre|tire|flywheel|roller|barrel|gear",
    "cart": "cart|car|trolley|wagon|truck|skateboard|vehicle|lorry|van",
    "plank": "plank|beam|board",
    "rod": "arm|propeller|rotor|blade|windmill|bar|crank",
    "ramp": "ramp|incline|inclined plane|slope|hill|wedge|inclined surface|sloping plane|"
    "tilted plane|chute|gangway|embankment|piste|hillside|ski slope",
    "table": "table|bench|desk|shelf|platform|cliff|ledge|tabletop|counter|building|roof|tower top",
    "floor": "plate|"
    "floor|ground|surface|horizontal surface|level surface|horizontal plane|track|road|"
    "earths surface|flat surface|rail|street|plane",
    "wall": "wall|side wall|post",
    "ceiling": "ceiling|hook|support|roof beam|fixed point|nail|peg|anchor point|pivot point|"
    "fixed support",
    "pulley": f"pulley|fixed pulley|stationary pulley|{HANGING_PULLEYS}",
    "pin": "pin|pin support|pinned support|hinge support|hinged support|pin joint",
    "roller": "roller support|rolling support",
    "fulcrum": "fulcrum|knife edge",
}

LINKS: Mapping[str, str] = {
    "spring": "spring|coil|coil spring|elastic band|bungee|bungee cord|elastic cord",
    "rod": "rod|stick|massless rod|light rod|rigid rod|strut",
    "rope": "rope|string|cord|cable|thread|wire|chain|line|cords",
    "damper": "damper|dashpot|shock absorber|shock",
}

SYSTEMS: Mapping[str, str] = {
    "beam": "simply supported beam|beam on two supports|simple beam",
    "pendulum": "pendulum|a swing|the swing|simple pendulum|mathematical pendulum|wrecking ball",
    "double pendulum": "double pendulum|two link pendulum|chaotic pendulum|"
    "compound double pendulum",
    "triple pendulum": "triple pendulum",
    "physical pendulum": "physical pendulum|rod pendulum|compound pendulum",
    "atwood": "atwood machine|atwoods machine|atwood|atwood device|atwoods",
    "cradle": "newtons cradle|newton cradle|cradle|newtons pendulum",
    "mass on spring": "mass spring system|spring mass system|mass spring|spring mass|"
    "mass spring oscillator|harmonic oscillator|spring oscillator|oscillator|spring pendulum",
    "seesaw": "seesaw|lever|see saw|teeter totter|teeterboard|balance beam|first class lever|"
    "balance scale",
    "dominoes": "dominoes|dominos|domino run|domino row",
    "bridge": "bridge|beam bridge|plank bridge",
}

GROUPS: Mapping[str, str] = {
    "tower": "tower|stack|pile|column",
    "row": "in a line|in line|in a row|in single file|row|line up|series of|queue|chain reaction",
    "pyramid": "pyramid",
}

PROPERTIES: Mapping[str, str] = {
    "mass": "mass|masses|weighing|weighs|weigh|weighed",
    "radius": "radius|radii|r",
    "diameter": "diameter|across",
    "length": "length|lengths|l|natural length|rest length|unstretched length|arm length",
    "width": "width|breadth",
    "height": "height|h",
    "side": "side length|edge length|sides of",
    "stiffness": "stiffness|spring constant|spring rate|force constant|stiffnesses|k|"
    "spring constants",
    "damping": "damping|damping constant|damping coefficient|c|damped",
    "friction": "friction|coefficient of friction|friction coefficient|mu|coefficient of kinetic "
    "friction|kinetic friction|sliding friction|coefficient of static friction|static friction|"
    "frictional coefficient|coefficient of sliding friction|friction factor",
    "restitution": "restitution|coefficient of restitution|e|bounciness|elasticity",
    "angle": "angle|angles|theta|alpha|inclination|tilt|amplitude|deflection|initial angle|"
    "angle of inclination|starting angle",
    "velocity": "speed|speeds|velocity|v|initial speed|initial velocity|velocities|launch speed|"
    "muzzle speed|muzzle velocity|starting speed",
    "force": "force|f",
    "torque": "torque|tau|moment|t",
    "angular velocity": "angular velocity|angular speed|omega|w|rotational speed|spin rate",
    "gravity": "gravity|g|gravitational acceleration|acceleration of gravity|"
    "acceleration due to gravity|gravitational field|gravity of",
    "distance": "distance|distances|separation|gap|spacing|spaced",
    "time": "time|duration|simulation time",
}

MEASURES: Mapping[str, str] = {
    "length": "long|in length",
    "height": "high|tall|in height|above the ground|above the floor|off the ground|off the floor|"
    "above ground|above the table|up in the air|above it",
    "width": "wide|in width",
    "radius": "in radius",
    "diameter": "in diameter|across|thick",
    "gap": "apart|away|behind|in front of|ahead|away from it|away from each other|from each other",
    "lever": "from the pivot|from the fulcrum|from the centre|from the center|from the middle|"
    "from the axis|away from the pivot|away from the fulcrum|from its centre|from its center|"
    "from the hinge|from the support|away from the centre|away from the center|"
    "from its middle|off centre|off center|to the left of the pivot|to the left of the fulcrum|"
    "to the right of the pivot|to the right of the fulcrum|left of the pivot|right of the pivot|"
    "left of the fulcrum|right of the fulcrum|left of centre|right of centre|left of center|"
    "left of it|right of it|to the left of it|to the right of it|from it|"
    "right of center|to the left of the centre|to the right of the centre|"
    "to the left of the center|to the right of the center",
    "up slope": "up the ramp|up the slope|up the incline|along the ramp|along the slope|"
    "along the incline|from the bottom of the ramp|from the foot|from the bottom",
}

SURFACES: Mapping[str, str] = {
    "frictionless": "air track|air table|on an air track|frictionless|smooth|without friction|"
    "no friction|free of friction|isn't any friction|is not any friction|isnt any friction|"
    "zero friction|friction free|without any friction|no friction at all|ignoring friction|"
    "neglecting friction|ignore friction|neglect friction|perfectly smooth|slippery|"
    "friction is zero|friction is negligible|negligible friction|nothing rubs",
    "ice": "ice|icy|frozen|ice rink|frozen lake|frozen pond",
    "rubber": "rubber|rubbery",
    "steel": "steel|metal|iron",
    "wood": "wood|wooden",
    "rough": "rough",
    "elastic": "elastic|elastically|perfectly elastic|perfectly elastically|fully elastic|"
    "completely elastic|bouncy|super bouncy|bounces perfectly|without loss|no energy loss",
    "plastic": "inelastic|inelastically|perfectly inelastic|perfectly inelastically|plastic|"
    "completely inelastic|totally inelastic|sticky|stick together|sticks to it|sticking together|"
    "they stick|and stick|then stick|stick on impact",
    "fixed": "fixed in place|immovable|bolted down|nailed down|clamped",
}

VERBS: Mapping[str, str] = {
    "roll": "roll|rolls|rolling|rolled",
    "slide": "slide down|slides|sliding|slid|glide|glides|gliding|skid|skids|slide|slip|slips",
    "fall": "fall|falls|falling|fell|drop|drops|dropped|dropping|plummets|free fall|in free fall|"
    "freely falling",
    "throw": "flick|flicks|flicked|punted|punts|pitched|flung|slung|bowled|served|hurls|throw|"
    "throws|thrown|threw|launch|launched|launches|launching|shoot|shot|shoots|fire|"
    "fired|fires|firing|kick|kicked|kicks|toss|tossed|tosses|hurl|hurled|project|projected|lob|"
    "lobbed|flies|flying|fly|thrown off|catapulted|ejected|hit off|leaves|throwing|shooting|"
    "leaves the barrel|leaves the muzzle|leaves the gun|leaves the cannon|"
    "jump|jumps|jumping|leap|leaps|leaping",
    "swing": "swing|swings|swinging|oscillate|oscillates|oscillating|swung|bob up and down|bobs|"
    "bobs on|bobs up and down|bobs up and down on|"
    "bobbing|vibrates|vibrating|vibrate|bounces up and down",
    "bounce": "bounce|bounces|bouncing|bounced",
    "brake": "brake|brakes|braking|braked|locks its wheels|with locked wheels",
    "push": "push|pushes|pushed|pushing|pull|pulls|pulled|pulling|drag|drags|dragged|dragging|"
    "tug|tugged|acts on|act on|applied to|is applied|acting on|acts",
    "collide": "sticks to|stick to|sticks onto|"
    "embeds itself in|embeds itself|embeds|gets embedded in|lodges in|lodges itself in|"
    "gets stuck in|rear ends|rear end|"
    "collide|collides|colliding|collide with|hit|hits|hitting|strike|strikes|crash|"
    "crashes|crash into|crashes into|bump|bumps|bump into|bumps into|runs into|smash|smashes|"
    "slams|slam|collision|run into|impacts|head on|knocks|rams|meets|meet",
    "turn": "turn|turns|turning|rotate|rotates|rotating|spin|spins|spinning|spun|drive|drives|"
    "driven|driving|rotated|turned",
    "stand": "stand|stands|standing|rest|rests|resting|sit|sits|sitting|lie|lies|lying|placed|"
    "put|stacked|stays|remains|stationary|at rest|balanced|balances|balancing|stacks|is standing|"
    "supported|laid|lay",
    "hang": "hang|hangs|hanging|hung|suspended|dangles|dangling|suspends|dangle",
    "carry": "carry|carries|carried|carrying|holds up|hold up|supports",
    "join": "attach|attached|attaches|connect|connected|connects|"
    "connecting|tied|ties|tie|fixed|"
    "fastened|linked|links|joined|joins|join|held|holds|hooked|coupled|mounted|fixes|tethered|"
    "joining|attaching|hold|anchored|bound",
    "release": "release|released|releasing|let go|lets go|starting|starts|start|started|begins|"
    "beginning|initially|set off",
    "lift": "lift|lifted|raised|drawn back|pulled back|pulled aside|displaced|deflected|tilted|"
    "pulled to the side|pulled out|inclined|leaning|raise|drawn aside|held at|lifting|held out|"
    "lifts|raises|raising|hoists|hoist|hoisted|hauls up|hauled up",
    "stretch": "stretches|stretching|stretch|stretched|pulled down|extended|pulled downwards|"
    "pulled downward|"
    "stretched by|drawn down",
    "compress": "compresses|compressing|squeezes|compress|compressed|squeezed|pushed in|"
    "pushed down",
    "move": "drift|drifts|drifting|float|floats|floating|move|moves|moving|travel|travels|"
    "travelling|traveling|go|goes|going|run|runs|"
    "running|heading|coming|approaches|approaching|approach|comes|speeding|coasts|coasting|sent",
    "lean": "lean|leans",
    "topple": "topple|topples|toppled|knock over|knocks over|tip over|tips over|falls over|"
    "fall over|toppling|tipped over|knocked over|tips|toppled over",
}

RELATIONS: Mapping[str, str] = {
    "on": "on|onto|upon|on top of|atop|ontop of|at the top of|on the top of|at top of|standing on|"
    "resting on|sitting on|lying on|on to",
    "top": "from the top of|starting at the top of|starting from the top of",
    "foot": "at the bottom of|from the bottom of|at the foot of|from the foot of",
    "down": "down",
    "up": "up",
    "from": "from|off|below|under|beneath|underneath|off of",
    "over": "slung over|draped over|looped over|strung over|hung over|laid over|"
    "over|across a pulley|around|round|through|passing over|that passes over|running over|"
    "that runs over|which passes over|that goes over|on either side of|either side of|"
    "on both sides of|on opposite sides of",
    "beside": "beside|next to|right next to|adjacent to|near|alongside|by the side of|touching|"
    "to the right of",
    "to": "to",
    "by": "by|via|using|by means of|with the help of",
    "with": "with|having|has|and has|that has|carrying|plus|has a|made of|made up of|"
    "consisting of|consists of|contains|containing",
    "between": "between",
    "into": "into|against|at another|toward|towards|in",
    "across": "across|along",
    "of": "of",
}

DIRECTIONS: Mapping[str, str] = {
    "right": "to the right|rightwards|rightward|toward the right|towards the right|forward|"
    "forwards",
    "left": "to the left|leftwards|leftward|toward the left|towards the left|backward|backwards",
    "up": "upward|upwards|straight up|vertically upward|vertically upwards|up the ramp|up the "
    "slope|up the incline|up the hill|uphill|vertically up|straight upward|straight upwards|"
    "vertically|into the air|directly upward|directly up",
    "down": "downward|downwards|straight down|downhill|vertically down|vertically downward",
    "level": "horizontally|sideways|in the horizontal direction|horizontal",
    "clockwise": "clockwise",
    "counterclockwise": "counterclockwise|anticlockwise|counter clockwise|anti clockwise",
    "each other": "toward each other|towards each other|toward one another|towards one another|"
    "head on|into each other",
    "above": "above the horizontal|above horizontal|to the horizontal|from the horizontal|"
    "with the horizontal|from horizontal|to the ground|with the ceiling|to the ceiling|"
    "with the ground|above the ground line",
    "vertical": "from the vertical|to the vertical|from vertical|with the vertical|off vertical",
}

SIDES: Mapping[str, str] = {
    "left": "left|on the left|on the left side|at the left end|on its left|on the left end|"
    "at the left|left hand|leftmost",
    "right": "right|on the right|on the right side|at the right end|on its right|on the right end|"
    "at the right|right hand|rightmost",
    "one": "on one side|on one end|at one end|on the one side|one side|one end|on one",
    "other": "on the other side|on the other end|at the other end|on the other|other side|"
    "other end",
    "middle": "in the middle|at the centre|at the center|in the centre|in the center|at its centre|"
    "at its center|at the middle|at its middle|in its middle|about its centre|about its center|"
    "around its centre|around its center|on its centre|on its center|through its centre",
    "end": "at its end|at the end|on its end|on the end|at the tip|on its tip|at its tip|"
    "at the far end|about its end|about one end|around one end|by one end|from one end|by its end|"
    "at each end|at both ends|on each end|on both ends|at its ends|on each side",
    "series": "in series|one after another|one after the other|end to end",
    "parallel": "in parallel|side by side|in contact|against each other|touching each other",
    "top": "top|upper|on the top",
    "bottom": "bottom|lower|heavy|heavier",
}

WORLDS: Mapping[str, str] = {
    "moon": "on the moon|moon|lunar gravity|on the lunar surface",
    "mars": "on mars|mars|martian gravity|on the red planet",
    "earth": "on earth|on the earth|earth gravity",
    "jupiter": "on jupiter|jupiter",
    "venus": "on venus",
    "mercury": "on mercury",
    "saturn": "on saturn",
    "uranus": "on uranus",
    "neptune": "on neptune",
    "pluto": "on pluto",
    "sun": "on the sun",
    "weightless": "no gravity|without gravity|zero gravity|weightless|in space|in outer space|"
    "zero g|gravity off|without any gravity|gravity free|microgravity|in deep space|"
    "gravity is off|turn off gravity|turned off gravity|in weightlessness",
}

GRAVITY_M_S2: Mapping[str, float] = {
    "moon": 1.62,
    "mars": 3.71,
    "earth": 9.81,
    "jupiter": 24.79,
    "venus": 8.87,
    "mercury": 3.70,
    "saturn": 10.44,
    "uranus": 8.69,
    "neptune": 11.15,
    "pluto": 0.62,
    "sun": 274.0,
    "weightless": 0.0,
}
"""At the surface, NASA's planetary fact sheets; the textbook's g on Earth."""

_PRONOUNS = {
    "it": "it|this one|its|itself|that one",
    "them": "them|they|both|each|these|those|all|both of them|each of them|both balls|every one",
    "he": "he|him",
    "she": "she|her",
    "one": "one",
    "other": "the other|other|another one|the second one|the other one|the second",
    "first": "the first|first",
    "each other": "each other|one another|together",
}

_ARTICLES = {
    "a": "a|an|some|one more|new",
    "the": "the|this|that|these|those",
    "another": "another|a second|a third|second|a further|identical|an identical|a similar|similar|"
    "third",
}

_STOPS = (
    "is|are|be|was|were|there|here|please|simulate|show|show me|me|we|i|you|have|let|lets|let us|"
    "us|"
    "make|create|draw|build|consider|imagine|suppose|where|when|which|that|who|whose|then|so|as|"
    "while|after|before|until|being|been|will|would|can|could|should|its|their|just|very|really|"
    "simple|small|little|big|large|tiny|huge|heavy|light|bigger|smaller|larger|heavier|lighter|"
    "massless|uniform|rigid|ideal|thin|thick|"
    "long|short|solid|hollow|red|blue|green|yellow|black|white|same|equal|identical|initial|"
    "constant|total|about|approximately|roughly|only|also|not|at|for|against|in|into|out|"
    "air resistance|no air resistance|ignoring air resistance|ignore air resistance|"
    "neglecting air resistance|neglect air resistance|without air resistance|two dimensional|"
    "what happens|what happens if|what happens when|how|does|do|did|happens|if|what|experiment|"
    "simulation|simulation of|a simulation of|scene|setup|system|problem|example|"
    "gently|slowly|quickly|fast|freely|back|forth|back and forth|from side to side|under gravity|"
    "and then|suddenly|directly|perfectly|straight|horizontal|vertical|vertically hung|"
    "ends|end|side|sides|edge|top|bottom|height above|tip|position|rate|value|magnitude|given|"
    "per|set|up and down|of them|apiece|respectively|such|using|upright|off|rest|motion|"
    "each|every|inclined|flat|level|fixed|free|stationary|starting|own|hard|soft|stiff|"
    "massive|identically|new|few|several|stuff|thing|things|like|onto|away|down below|first|"
    "that are|which are|that is|which is|now|until it|it|steep|shallow|gentle|kind of|type|"
    "the two ends of|both ends of|two ends of|the ends of|opposite ends of|each end of|"
    "cannon|gun|rifle|catapult|slingshot|crossbow|"
    "equilibrium|from equilibrium|its equilibrium|rest position|equilibrium position|"
    "from rest|from its rest position|from its equilibrium|from its equilibrium position|"
    "from the equilibrium|from the equilibrium position|out of|has|s|us|want|wants|would like|"
    "somebody|someone|"
    "find|calculate|determine|compute|work out|whats|what is|how far|how long|how fast|how high|"
    "acceleration|its acceleration|period|its period|frequency|tension|the time it takes|find out|"
    "without slipping|without sliding|parallel to the ramp|parallel to the incline|makes|make|"
    "parallel to the slope|theres|undergoes|in a room|in the lab|in a lab|uniformly distributed|"
    "evenly distributed|"
    "lowest point|its lowest point|at its lowest point|highest point|pls|plz|thx|thanks|hi|hello|"
    "see|my|your|our|to see|some|any|much|it all|all|running time|run for|run it for|last|lasts|"
    "for a total of|for a duration of|stop after|during|simulate for|simulate it for|let it run|"
    "let it run for|watch|watch it|with a force|force of|due to|because of|giving|gives|give|gets|"
    "given a push|nudge|nudged|push of|light inextensible|inextensible|rigidly|firmly|loosely|"
    "smoothly|hinge|hinged|hinges|pivot|pivots|pivoted|axis|axle|centre|center|middle|planks|"
    "equally|evenly|tall|high|wide|quiet|calm|perfect|frictional|moving parts|at once|once"
)  # fmt: skip


def _plural(word: str) -> str:
    if word.endswith(("x", "ch", "s")):
        return word + "es"
    if word.endswith("y") and word[-2:] not in {"ey", "ay"}:
        return word[:-1] + "ies"
    if word.endswith("man"):
        return word[:-3] + "men"
    return {"child": "children", "shelf": "shelves", "person": "people"}.get(word, word + "s")


def _entries() -> Iterable[tuple[str, Entry]]:
    for word in _STOPS.split("|"):
        yield word, Entry("stop", word)
    tables: tuple[tuple[Category, Mapping[str, str]], ...] = (
        *(("article", _ARTICLES), ("pronoun", _PRONOUNS), ("relation", RELATIONS)),
        *(("side", SIDES), ("direction", DIRECTIONS), ("verb", VERBS)),
        *(("property", PROPERTIES), ("measure", MEASURES), ("surface", SURFACES)),
        *(("world", WORLDS), ("group", GROUPS)),
    )
    for category, table in tables:
        for what, words in table.items():
            for word in words.split("|"):
                yield word, Entry(category, what)
    nouns: tuple[tuple[Category, Mapping[str, str]], ...] = (
        ("body", {str(kind): words for kind, words in BODIES.items()}),
        ("link", LINKS),
        ("system", SYSTEMS),
    )
    for category, table in nouns:
        for what, words in table.items():
            for word in words.split("|"):
                yield word, Entry(category, what)
                yield _plural(word), Entry(category, what, plural=True)
    yield "and", Entry("and", "and")
    yield "&", Entry("and", "and")
    for word in ("motor", "engine", "electric motor", "motorised", "motorized", "a motor"):
        yield word, Entry("motor", "motor")
    yield "mass", Entry("body", "box")
    yield "masses", Entry("body", "box", plural=True)
    for word in ("dominoes", "dominos"):
        yield word, Entry("system", "dominoes", plural=True)


ENTRIES: dict[tuple[str, ...], Entry] = {tuple(words.split()): entry for words, entry in _entries()}
LONGEST = max(map(len, ENTRIES))
