"""A text as a picture that a phone reads (QR), as an address of data: the policy of our pages takes it so."""

from base64 import b64encode

from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathFillImage
from qrcode.main import QRCode


def qr(text: str) -> str:
    """The picture as `data:image/svg+xml;base64,…`; dark on white in every theme, as cameras like it."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4, image_factory=SvgPathFillImage)
    code.add_data(text)
    code.make(fit=True)
    return "data:image/svg+xml;base64," + b64encode(code.make_image().to_string()).decode()
