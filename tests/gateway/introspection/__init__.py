"""How tools introspect: the documents that three generations of them send."""

from graphql import get_introspection_query

_DEEP = "ofType { kind name " * 7 + "}" * 7
_DEEPER = "ofType { kind name " * 9 + "}" * 9

_EARLY = f"""
query IntrospectionQuery {{
  __schema {{
    queryType {{ name }} mutationType {{ name }} subscriptionType {{ name }}
    types {{ ...FullType }}
    directives {{ name description locations args {{ ...InputValue }} }}
  }}
}}
fragment FullType on __Type {{
  kind name description
  fields(includeDeprecated: true) {{
    name description args {{ ...InputValue }} type {{ ...TypeRef }} isDeprecated deprecationReason
  }}
  inputFields {{ ...InputValue }}
  interfaces {{ ...TypeRef }}
  enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
  possibleTypes {{ ...TypeRef }}
}}
fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue }}
fragment TypeRef on __Type {{ kind name {_DEEP} }}
"""

_RECENT = f"""
query IntrospectionQuery {{
  __schema {{
    description
    queryType {{ name kind }} mutationType {{ name kind }} subscriptionType {{ name kind }}
    types {{ ...FullType }}
    directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }}
  }}
}}
fragment FullType on __Type {{
  kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) {{
    name description args(includeDeprecated: true) {{ ...InputValue }} type {{ ...TypeRef }}
    isDeprecated deprecationReason
  }}
  inputFields(includeDeprecated: true) {{ ...InputValue }}
  interfaces {{ ...TypeRef }}
  enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
  possibleTypes {{ ...TypeRef }}
}}
fragment InputValue on __InputValue {{
  name description type {{ ...TypeRef }} defaultValue isDeprecated deprecationReason
}}
fragment TypeRef on __Type {{ kind name {_DEEPER} }}
"""

TOOLS = {
    "editors and code generators of graphql-js 14": _EARLY,
    "GraphiQL and code generators of graphql-js 16": _RECENT,
    "the clients of graphql-core": get_introspection_query(
        descriptions=True, specified_by_url=True, directive_is_repeatable=True, schema_description=True,
        input_value_deprecation=True,
    ),
}  # fmt: skip
