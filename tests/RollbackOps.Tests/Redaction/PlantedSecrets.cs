namespace RollbackOps.Tests.Redaction;

/// <summary>Fifty sorts of secret, each in the words it usually stands in. None was ever anybody's.</summary>
internal static class PlantedSecrets
{
    private const string Hex = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";

    /// <summary>What is planted: the text, and the part of it that may not be seen again.</summary>
    public static IReadOnlyList<(string Name, string Text, string Secret)> All { get; } =
    [
        Whole("GitHub token", "ghp_" + "Zq3Rk9Lm2Np7Ws4Xt8Yv"),
        Whole("GitHub app token", "ghs_" + "Ab1Cd2Ef3Gh4Ij5Kl6Mn"),
        Whole("GitHub fine-grained token", "github_pat_" + "11ABCDEFG0aBcDeFgHiJkL_mNoPqRs"),
        Whole("GitLab token", "glpat-" + "xYz12345AbCdEfGhIjKl"),
        Whole("Slack bot token", "xoxb-" + "123456789012-abcdefGHIJKL"),
        Whole("Slack app token", "xapp-" + "1-A0123-456-abcdef0123456789"),
        ("Slack webhook", "posted to https://hooks.slack.com/services/T0ABC/B0DEF/aBcDeFgHiJkLmNoP today", "B0DEF/aBcDeFgHiJkLmNoP"),
        ("Discord webhook", "https://discord.com/api/webhooks/123456789/AbCdEf_GhIjKl-MnOp", "AbCdEf_GhIjKl-MnOp"),
        Whole("Telegram bot token", "123456789:AA" + "HfiqksKZ8WmHfiqksKZ8WmHfiqksKZ8Wm"),
        Whole("OpenAI key", "sk-" + "proj-AbCdEfGhIjKlMnOpQrSt"),
        Whole("Anthropic key", "sk-ant-" + "api03-AbCdEfGhIjKlMnOp"),
        Whole("Stripe key", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"),
        Whole("Stripe webhook secret", "whsec_" + "AbCdEfGhIjKlMnOpQrStUv"),
        Whole("npm token", "npm_" + "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"),
        Whole("PyPI token", "pypi-" + "AgEIcHlwaS5vcmcCJDAwMDAwMDAw"),
        Whole("Docker token", "dckr_pat_" + "AbCdEfGhIjKlMnOpQrStUvWx"),
        Whole("AWS access key id", "AKIA" + "IOSFODNN7ABCDEFG"),
        ("AWS secret key", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY"),
        ("AWS signed address", "https://b.s3.amazonaws.com/x?X-Amz-Signature=fe5f80f77d5fa3beca038a248ff027&x=1", "fe5f80f77d5fa3beca038a248ff027"),
        ("Azure connection string", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=bXlTZWNyZXRLZXk9PQ==;EndpointSuffix=c", "bXlTZWNyZXRLZXk9PQ=="),
        ("Azure shared access", "https://a.blob.core.windows.net/c?sv=2022&sig=Qm9vIVNlY3JldFNpZ25hdHVyZQ%3D%3D", "Qm9vIVNlY3JldFNpZ25hdHVyZQ"),
        Whole("Google API key", "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"),
        Whole("Google OAuth secret", "GOCSPX-" + "AbCdEfGhIjKlMnOpQr"),
        Whole("Google access token", "ya29." + "a0AfH6SMBxAbCdEfGhIjKl"),
        Whole("SendGrid key", "SG." + "AbCdEfGhIjKlMnOpQr.StUvWxYzAbCdEfGhIjKl"),
        Whole("JSON web token", "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"),
        Whole("DigitalOcean token", "dop_v1_" + Hex + Hex),
        Whole("Hugging Face token", "hf_" + "AbCdEfGhIjKlMnOpQrStUvWxYz"),
        Whole("Shopify token", "shpat_" + Hex),
        Whole("Vault token", "hvs." + "CAESIJAbCdEfGhIjKlMn"),
        Whole("Databricks token", "dapi" + Hex),
        Whole("Grafana token", "glsa_" + "AbCdEfGhIjKlMnOpQrStUvWx_0a1b2c3d"),
        Whole("Linear key", "lin_api_" + "AbCdEfGhIjKlMnOpQrStUvWx"),
        Whole("Atlassian token", "ATATT3" + "xFfGF0AbCdEfGhIjKlMnOpQr"),
        Whole("age key", "AGE-SECRET-KEY-1" + "QQPQQPQQPQQPQQPQQPQQPQQPQQ"),
        ("PagerDuty routing key", $"\"routing_key\":\"{Hex}\"", Hex),
        ("Private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEAx1yZ\nq9Q0ZzZzZzZz\n-----END RSA PRIVATE KEY-----", "MIIEpAIBAAKCAQEAx1yZ\nq9Q0ZzZzZzZz"),
        ("Private key cut off", "key: -----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA", "b3BlbnNzaC1rZXktdjEAAAAA"),
        ("Authorization header", "Authorization: Bearer opaque+value/77==", "opaque+value/77=="),
        ("Basic authorization", "authorization: Basic YWRtaW46aHVudGVyMg==", "YWRtaW46aHVudGVyMg=="),
        ("Bearer in a sentence", "sent bearer AbCdEfGhIjKlMnOp and failed", "AbCdEfGhIjKlMnOp"),
        ("Cookie", "Cookie: theme=dark; sid=s3ss10n-v4lue; x=y", "s3ss10n-v4lue"),
        ("Set-Cookie", "set-cookie: sid=fr3sh-s3ss10n; HttpOnly", "fr3sh-s3ss10n"),
        ("API key header", "X-Api-Key: 6f1ed002ab5595859014ebf0951522d9", "6f1ed002ab5595859014ebf0951522d9"),
        ("Password in an address", "postgres://app:p4ss/w@rd!@db.internal:5432/shop", "p4ss/w@rd!"),
        ("Token in an address", "git clone https://x-access:t0kenvalue99@github.com/o/r.git", "t0kenvalue99"),
        ("Token in a query", "GET /hook?access_token=qu3ry-t0ken&x=1", "qu3ry-t0ken"),
        ("Connection string", "Host=db;Username=app;Password=two words; and$more;Database=shop", "two words"),
        ("Quoted password of libpq", "host=db user=app password='it\\'s s3cret' dbname=shop", "s s3cret"),
        ("Environment variable", "export PGPASSWORD=corr3cthorse", "corr3cthorse"),
        ("JSON property", "{\"user\":\"app\",\"password\":\"b4tt\\\"ery\",\"port\":1}", "ery"),
        ("JSON inside JSON", "{\"log\":\"{\\\"clientSecret\\\":\\\"st4ple-v4lue\\\"}\"}", "st4ple-v4lue"),
        ("YAML", "smtp:\n  password: h0rse-of-y4ml\n  port: 25", "h0rse-of-y4ml"),
        ("XML", "<user>app</user><password>xml-p4ss</password>", "xml-p4ss"),
        ("Argument", "mysql --password hunter2-arg --host db", "hunter2-arg"),
        ("curl's user", "curl -u admin:curl-p4ss https://example.test/", "curl-p4ss"),
        (".netrc", "machine example.test login app password netrc-p4ss", "netrc-p4ss"),
        (".pgpass", "db.internal:5432:shop:app:pgp4ssfile", "pgp4ssfile"),
    ];

    private static (string Name, string Text, string Secret) Whole(string name, string secret) => (name, $"failed with {secret}, giving up", secret);
}
