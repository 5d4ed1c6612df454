from typing import Any
def read_request(payload: Any) -> Any:
    return payload
