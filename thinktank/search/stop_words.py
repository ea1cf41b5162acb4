"""Words that say nothing of what a text is about. A query drops them, unless it has no others.

They are compared without marks, and with every alif plain, but before ى becomes ي: على is one, the name علي is not.
"""

ENGLISH = frozenset(
    """a about above after again against all also although am among an and any are aren't as at be because been before being
    below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't done down during each
    either else etc ever every few for from further get give given had hadn't has hasn't have haven't having he he's hence her
    here hers herself him himself his how however i i'd i'll i'm i've ie if in into is isn't it it's its itself just let
    let's many may me might mine more most much must my myself neither no nor not now of off on once one only or other our
    ours ourselves out over own per please quite rather really said same say says shall she she's should shouldn't since so
    some still such than that that's the their theirs them themselves then there there's therefore these they they're this
    those though through thus to too under until up upon us very via was wasn't we we're we've were weren't what what's when
    where where's whether which while who who's whom whose why will with within without won't would wouldn't yet you you're
    your yours yourself yourselves eg tell show find explain describe happen happened""".split()
) - {"us", "mine", "may"}

ARABIC = frozenset(
    """ال في من على إلى الى عن مع حتى منذ خلال عند لدى بين تحت فوق دون بدون ضد نحو حول أمام وراء خلف قبل بعد حين بينما كي لكي
    أن إن أنها إنها أنه إنه أنهم إنهم بأن لأن كأن وأن وإن فإن لأنه لأنها بأنه بأنها لئن لكن ولكن لكنه لكنها ولكنه ولكنها
    هذا هذه هذان هذين هاتان هاتين هؤلاء ذلك تلك ذاك أولئك هنا هناك هنالك بهذا بهذه لهذا لهذه كهذا وهذا وهذه وذلك وتلك بذلك
    لذلك كذلك وكذلك الذي التي الذين اللذان اللذين اللتان اللتين اللاتي اللواتي والذي والتي والذين للذين بالذي بالتي
    هو هي هم هن هما أنا أنت أنتم نحن وهو وهي وهم فهو فهي ونحن إياه إياها
    كان كانت كانوا يكون تكون يكن تكن كن وكان وكانت ليس ليست ليسوا لست مازال ولا زال تزال يزال أصبح أصبحت أصبحوا صار صارت بات
    باتت ظل ظلت قد وقد فقد لقد ولقد سوف لن لم لما ألا إلا أما فأما إما أو أم ثم بل ولو لو لولا كما مثلما فيما مما ممن عما
    بما لما كلما طالما حيثما أينما مهما ما ماذا لماذا متى أين كيف كم أي أية أيا أيها هل وهل فهل أليس بماذا لمن من ومن عمن
    فيه فيها فيهم منه منها منهم عليه عليها عليهم إليه إليها إليهم عنه عنها عنهم معه معها معهم به بها بهم له لها لهم لنا لي
    لك لكم بنا بي بك وله ولها ولهم وبه وبها وفيه وفيها ومنه ومنها وعليه وعليها لديه لديها لديهم بينه بينها بينهم بعضها بعضهم
    كل كلا كلتا جميع بعض غير سوى أكثر أقل أيضا وأيضا جدا فقط حيث إذ إذا وإذا فإذا إذن لدى عندما وعندما حينما بعدما قبلما ريثما
    وفي ومع وعن وعلى وإلى والى ومنذ وحتى وبعد وقبل وبين وكل وما وماذا وكيف وكما ولم ولن ولا فلا فلم فلن لا ألا أولا وأن وأو
    مثل ومثل نفس نفسه نفسها نفسهم ذات عبر عدم عدا خاصة سواء بسبب لأجل إزاء تجاه وفق وفقا طبقا يا أيتها أيها هكذا إنما وإنما
    يجب يمكن ينبغي تم يتم تمت وتم قال قالت يقول تقول هاهنا ثمة وثمة""".split()
)

EVERY = ENGLISH | ARABIC
