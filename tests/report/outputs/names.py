"""Names that would act where they are taken for markup."""

HOSTILE = "</script></style><img src=x onerror=document.title='taken'>\"'{{ 7*7 }}&amp;=1"
