"""The names that things have on one machine, formed as AWS forms them."""

import hashlib

PARTITION = "aws"
REGION = "us-east-1"
ACCOUNT_ID = "123456789012"  # the account that moto answers for
STACK_NAME = "local"
STACK_ARN = f"arn:{PARTITION}:cloudformation:{REGION}:{ACCOUNT_ID}:stack/{STACK_NAME}/1"


def function_arn(name: str) -> str:
    return f"arn:{PARTITION}:lambda:{REGION}:{ACCOUNT_ID}:function:{name}"


def state_machine_arn(name: str) -> str:
    return f"arn:{PARTITION}:states:{REGION}:{ACCOUNT_ID}:stateMachine:{name}"


def schedule_arn(name: str) -> str:
    return f"arn:{PARTITION}:scheduler:{REGION}:{ACCOUNT_ID}:schedule/default/{name}"


def bucket_name(logical_id: str) -> str:
    return f"{STACK_NAME}-{logical_id.lower()}"


def short_hash(text: str) -> str:
    """Six letters and digits, as API Gateway's ids of resources."""
    return hashlib.sha256(text.encode()).hexdigest()[:6]
