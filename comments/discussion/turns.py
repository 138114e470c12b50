"""The texts of one person are judged one after the other.

Of two that are sent at once, the second is counted after the first, and the limits on posting hold.
Each text takes a turn, which gives it the next number. A text that is to be judged by what was read
at turn 7 is stored only if it gets the number 8; otherwise another text came in between, and what
was read is read again. So nobody waits while a text is judged.
"""

from accounts.models import User
from core.statements import rows

# PostgreSQL looks at the newest number after it has waited for the row.
TAKE_TURN = """
    INSERT INTO comments_authorturn AS turn (author_id, number) VALUES (%(author)s, 1)
        ON CONFLICT (author_id) DO UPDATE SET number = turn.number + 1
     WHERE %(turn)s::bigint IS NULL OR turn.number = %(turn)s
 RETURNING turn.number
"""


def take_turn(author: User, *, after: int | None = None) -> bool:
    """Take the turn that follows the number `after`; return whether it was still to be had.

    By default the next one, whatever its number is. The person's other texts wait until the
    transaction ends, so take it before other rows are locked.
    """
    return bool(rows(TAKE_TURN, {"author": author.pk, "turn": after}))
