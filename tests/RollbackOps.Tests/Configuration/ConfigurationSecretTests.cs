namespace RollbackOps.Tests.Configuration;

public class ConfigurationSecretTests
{
    // Made up, and put together here so that no scanner takes them for real ones.
    public static TheoryData<string> Secrets => new(
        "ghp_" + "0123456789abcdefABCDEF0123456789abcd",
        "github_pat_" + "11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz",
        "xoxb-" + "123456789012-abcdefghijklmnop",
        "sk-" + "abcdefghijklmnopqrstuvwxyz012345",
        "sk_live_" + "abcdefghijklmnop",
        "glpat-" + "abcdefghijklmnopqrst",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N",
        "Bearer " + "xyz",
        "curl -H 'Authorization: Basic " + "dXNlcjpwYXNz'",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "https://user:" + "hunter2@example.com/",
        "postgres://app:" + "hunter2@db/shop",
        "https://example.com/?x-vercel-protection-bypass=" + "hunter2hunter2",
        "Server=db;User=app;Password=" + "hunter2;",
        "https://hooks.slack.com/services/" + "T000/B000/XXXX");

    private static string Harmless(string secret) => secret.Replace("'", string.Empty, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Read_LiteralSecretAnywhere_IsRefusedAndNeverShown(string secret)
    {
        var value = Harmless(secret);
        string[] documents =
        [
            $$"""{ "project": "{{value}}" }""",
            $$"""{ "platform": { "activate": { "command": ["run", "{{value}}"] } } }""",
            $$"""{ "health": { "addresses": ["{{value}}"] } }""",
            $$"""{ "health": { "checks": [{ "name": "a", "path": "/", "body": { "deep": ["{{value}}"] } }] } }""",
            $$"""{ "policy": { "planLifetime": "{{value}}" } }""",
            $$"""{ "unknown": { "{{value}}": 1 } }""",
            $$"""{ "environments": { "other": { "reports": { "owner": "{{value}}" } } } }""",
            $$"""{ /* {{value}} */ }""",
            $$"""{ "project": "{{value}}", broken""",
        ];

        foreach (var document in documents.Where(one => !value.StartsWith("Bearer x", StringComparison.Ordinal)
            || !one.StartsWith("{ /*", StringComparison.Ordinal)))
        {
            var error = Configured.Refused(document);
            Assert.Equal(ErrorId.SecretInConfiguration, error.Id);
            Assert.Contains("line 1", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(value[^8..], error.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Authorization")]
    [InlineData("cookie")]
    [InlineData("X-Api-Key")]
    [InlineData("X-ApiKey")]
    [InlineData("x-vercel-protection-bypass")]
    [InlineData("X-Auth")]
    [InlineData("My-Secret-Thing")]
    [InlineData("PRIVATE-TOKEN")]
    public void Read_SensitiveHeaderWithLiteral_IsRefusedWithPathAndLine(string header)
    {
        var error = Configured.Refused($$"""
            { "health": { "checks": [ { "name": "a", "path": "/", "headers": {
                "{{header}}": "hunter2" } } ] } }
            """);

        Assert.Equal(ErrorId.SecretInConfiguration, error.Id);
        Assert.Contains($"line 2, column {header.Length + 9}: health.checks[0].headers.{header}", error.Message, StringComparison.Ordinal);
        Assert.Contains("env:NAME", error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("env:TOKEN", true)]
    [InlineData("secret:NAME", true)]
    [InlineData("secret:VAULT/my.name-1", true)]
    [InlineData("Bearer env:TOKEN", false)]
    [InlineData("env:1A", false)]
    [InlineData("secret:a/b/c", false)]
    [InlineData("", false)]
    public void Read_SensitiveVariable_MustBeAReference(string value, bool isGood)
    {
        var json = $$"""{ "platform": { "activate": { "command": ["a"], "variables": { "DEPLOY_TOKEN": "{{value}}" } } } }""";

        if (isGood)
        {
            Assert.Equal(value, Configured.Read(json).Settings.Platform.Activate!.Variables["DEPLOY_TOKEN"]);
        }
        else
        {
            Assert.Equal(ErrorId.SecretInConfiguration, Configured.Refused(json).Id);
        }
    }

    [Theory]
    [InlineData("--token=hunter2")]
    [InlineData("--token", "hunter2")]
    [InlineData("--db-password", "hunter2")]
    [InlineData("--api-key=hunter2")]
    public void Read_SecretAsArgument_IsRefused(params string[] arguments)
    {
        var list = string.Join(", ", arguments.Select(one => $"\"{one}\""));

        var error = Configured.Refused($$"""{ "platform": { "probe": { "command": ["serve", {{list}}] } } }""");

        Assert.Contains("platform.probe.command[1]: hands over a literal secret", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorId.SecretInConfiguration, error.Id);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("task-force-of-the-whole-company")]
    [InlineData("the bearer token is refused")]
    [InlineData("Basic authentication")]
    [InlineData("risk-assessment-for-everyone-now")]
    [InlineData("https://example.com/?max_tokens=5")]
    [InlineData("curl -H \\\"Authorization: Bearer $TOKEN\\\" http://localhost")]
    [InlineData("https://user:$PASSWORD@example.com")]
    [InlineData("--token-file")]
    [InlineData("--password-stdin")]
    public void Read_WhatOnlyResemblesASecret_Passes(string text) =>
        Configured.Read($$"""{ "platform": { "activate": { "command": ["run", "{{text}}", "next"] } } }""");

    [Theory]
    [InlineData("MAX_TOKENS", "4096")]
    [InlineData("MODE", "")]
    [InlineData("AUTHOR", "somebody")]
    public void Read_OrdinaryVariable_MayBeLiteral(string name, string value)
    {
        var json = $$"""{ "platform": { "activate": { "command": ["a"], "variables": { "{{name}}": "{{value}}" } } } }""";

        Assert.Equal(value, Configured.Read(json).Settings.Platform.Activate!.Variables[name]);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("protectionBypass")]
    public void Read_VercelSecretThatIsNoReference_IsRefusedWithoutShowingIt(string property)
    {
        var error = Configured.Refused($$"""{ "platform": { "vercel": { "{{property}}": "abc123" } } }""");

        Assert.Equal(ErrorId.SecretInConfiguration, error.Id);
        Assert.Contains($"platform.vercel.{property}: holds a secret", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abc123", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Override_LiteralSecret_IsRefusedAndNeverShown()
    {
        var byName = Configured.Refused("{}", null, ("health.headers.Authorization", "hunter2"));
        var byLooks = Configured.Refused("{}", null, ("project", "ghp_" + "0123456789abcdef"));

        Assert.All([byName, byLooks], error => Assert.Equal(ErrorId.SecretInConfiguration, error.Id));
        Assert.Contains("parameter: health.headers.Authorization", byName.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", byName.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", byLooks.ToString(), StringComparison.Ordinal);
    }
}
