"""Who works with the demo: one person for each office that somebody holds, called by the office and by no name. Pure.

The addresses end in a name that the internet keeps free for such use (RFC 2606): no mail to them can reach anybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.agencies.offices import Office
from tracker.demo import bodies
from tracker.demo.bodies import HOME_AFFAIRS, PPC_OFFICE

DOMAIN = "example.invalid"
SHOWN_BODY = "SYT"  # whose head and officer the sign-in page offers


@dataclass(frozen=True, slots=True)
class Seat:
    """One office of one body, with who sits there."""

    body: str
    office: Office
    name: str
    address: str  # without its domain
    account: bool = False

    @property
    def email(self) -> str:
        """The mail address, which signs in where there is an account."""
        return f"{self.address}@{DOMAIN}"


# In the order in which the accounts are made: the sign-in page offers the first of each office.
OF_THE_PROVINCE = (
    Seat(PPC_OFFICE, Office.ADMINISTRATOR, "Quản trị hệ thống, Văn phòng UBND tỉnh", "quan-tri", True),
    Seat(PPC_OFFICE, Office.CHAIR, "Chủ tịch UBND tỉnh", "chu-tich", True),
    Seat(PPC_OFFICE, Office.MONITOR, "Chuyên viên theo dõi, Văn phòng UBND tỉnh", "theo-doi", True),
    Seat(HOME_AFFAIRS, Office.APPRAISER, "Chuyên viên thẩm định, Sở Nội vụ", "tham-dinh.snv", True),
    Seat(PPC_OFFICE, Office.APPRAISER, "Chuyên viên thẩm định, Văn phòng UBND tỉnh", "tham-dinh.vpubnd", True),
    Seat(PPC_OFFICE, Office.AUDITOR, "Chuyên viên kiểm soát, Văn phòng UBND tỉnh", "kiem-soat", True),
    Seat(PPC_OFFICE, Office.CLERK, "Văn thư, Văn phòng UBND tỉnh", "van-thu", True),
    Seat(PPC_OFFICE, Office.ADMINISTRATOR, "Chuyên viên quản trị, Văn phòng UBND tỉnh", "quan-tri-2", True),
)
ADMINISTRATOR = OF_THE_PROVINCE[0]


def seats() -> Iterator[Seat]:
    """Everybody; head and officer of the body that is shown come before those of the others."""
    yield from OF_THE_PROVINCE
    for body in sorted(bodies.of_today(), key=lambda body: body.code != SHOWN_BODY):
        account = body.code in (SHOWN_BODY, HOME_AFFAIRS)
        place = body.code.lower()
        yield Seat(body.code, Office.HEAD, body.head, f"lanh-dao.{place}", account)
        yield Seat(body.code, Office.OFFICER, body.officer, f"chuyen-vien.{place}", account)
