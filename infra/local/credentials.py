"""The access key of the one-machine stack: whoever signs with it may call its AWS endpoints.

Those endpoints (invoking functions, posting to sockets) are on the same address as the public API.
The key is made anew for each data folder, so a web page that guesses the address can't use them.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CREDENTIAL = re.compile(r"^AWS4-HMAC-SHA256 Credential=([^/,\s]+)/")


def keep_secret(path: Path) -> str:
    """A random text that is made once and kept in a file that only its owner may read."""
    if not path.exists():
        path.touch(mode=0o600)
    if not path.read_text():
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


@dataclass(frozen=True)
class Credentials:
    access_key_id: str
    secret_access_key: str

    @classmethod
    def kept_in(cls, folder: Path) -> "Credentials":
        """The credentials of a data folder, made where there are none."""
        # Letters and digits, of which an access key id must consist.
        key = re.sub(r"\W|_", "", keep_secret(folder / "access-key"))
        return cls(f"LOCAL{key[:32]}", key)

    def environment(self) -> dict[str, str]:
        """As the AWS clients read them."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
        }

    def signed(self, headers: Mapping[str, str]) -> bool:
        """Whether a request names this key. Its id is the secret: signatures are not checked."""
        match = _CREDENTIAL.match(headers.get("authorization", ""))
        return match is not None and secrets.compare_digest(match[1], self.access_key_id)
