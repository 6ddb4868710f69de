using System.Diagnostics;
using System.Text.Json;
using RollbackOps.Configuration;
using RollbackOps.Redaction;

namespace RollbackOps.Tests.Redaction;

public sealed class RedactorTests
{
    public static TheoryData<string> Names => [.. PlantedSecrets.All.Select(planted => planted.Name)];

    [Fact]
    public void Planted_Secrets_AreAtLeastFiftyOfDifferentSorts() =>
        Assert.True(PlantedSecrets.All.Select(planted => planted.Name).Distinct().Count() is >= 50);

    [Theory]
    [MemberData(nameof(Names))]
    public void Redact_Secret_IsMaskedAndTheRestStays(string name)
    {
        var (_, text, secret) = PlantedSecrets.All.Single(planted => planted.Name == name);

        foreach (var place in new[] { text, $"before {text} after", $"a\n{text}\nb", $"\"{text}\"" })
        {
            var redacted = Redactor.Default.Redact(place);

            Assert.Contains(Redactor.Mask, redacted, StringComparison.Ordinal);
            Assert.All(secret.Split('\n'), part => Assert.DoesNotContain(part, redacted, StringComparison.Ordinal));
            Assert.Equal(redacted, Redactor.Default.Redact(redacted));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Redact_SecretInALineOfJson_IsMasked(string name)
    {
        var (_, text, secret) = PlantedSecrets.All.Single(planted => planted.Name == name);

        // The serializer writes quotation marks, angle brackets and more as code points.
        var redacted = Redactor.Default.Redact(JsonSerializer.Serialize(new { level = "error", message = $"x {text} y", at = 7 }));

        Assert.Contains(Redactor.Mask, redacted, StringComparison.Ordinal);
        Assert.All(secret.Split('\n'), part => Assert.DoesNotContain(JsonEncodedText.Encode(part).ToString(), redacted, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Rolled back dpl_8aF3kQ from 4f2a9c1 to 9be01d7 in 12.4 s: error rate 7.2 % of 4,113 requests")]
    [InlineData("The secret 'env:VERCEL_TOKEN' cannot be read: the environment variable 'VERCEL_TOKEN' is not set")]
    [InlineData("password=${DB_PASSWORD} --token $TOKEN https://user@example.test:8080/path?page=2&sort=asc")]
    [InlineData("http://127.0.0.1:9090/api and http://localhost:3000, ask ops@example.test")]
    [InlineData("platform.vercel.token: holds a secret, so a literal value is refused")]
    [InlineData("author: Jane Doe <jane@example.test>, tokens: 42, keyboard: ok, monkey=banana")]
    [InlineData("2026-11-28T19:00:01.123Z INFO risk-adjusted task-force basic functionality of the token bucket")]
    [InlineData("/srv/app/releases/20261128190001/current -> sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    public void Redact_OrdinaryText_StaysAsItIs(string text)
    {
        // What stands before "@" in an address of http may be a token.
        var expected = text.Replace("https://user@", "https://[redacted]@", StringComparison.Ordinal);

        Assert.Equal(expected, Redactor.Default.Redact(text));
    }

    [Fact]
    public void Redact_ValueBehindAReference_IsMaskedInEachOfItsSpellings()
    {
        Redactor.Know("Zt5 \"q/äß&9\r\nsecond-line-of-it");

        foreach (var text in new[]
        {
            "it said Zt5 \"q/äß&9!", "?x=" + Uri.EscapeDataString("Zt5 \"q/äß&9"), JsonSerializer.Serialize("Zt5 \"q/äß&9"), "second-line-of-it",
        })
        {
            var redacted = Redactor.Default.Redact(text);

            Assert.Contains(Redactor.Mask, redacted, StringComparison.Ordinal);
            Assert.DoesNotContain("Zt5", redacted, StringComparison.Ordinal);
            Assert.DoesNotContain("second", redacted, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Redact_ConfiguredPattern_MasksItsGroupOrTheWholeMatch()
    {
        var redactor = new Redactor(new RedactionSettings { Patterns = ["customer (?<secret>C-\\d+)", "IBAN [A-Z0-9]+"] });

        Assert.Equal("customer [redacted] paid from [redacted].", redactor.Redact("customer C-4711 paid from IBAN DE02120300."));
        Assert.Equal("customer C-4711", Redactor.Default.Redact("customer C-4711"));
    }

    [Fact]
    public void Redact_PatternThatTakesTooLong_MasksTheWholeTextInBoundedTime()
    {
        var redactor = new Redactor(new RedactionSettings { Patterns = ["^(a+)+$"] });
        var begun = Stopwatch.GetTimestamp();

        Assert.Equal(Redactor.Unreadable, redactor.Redact(new string('a', 64) + "!"));
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("password=")]
    [InlineData("postgres://a:")]
    [InlineData("-----BEGIN A PRIVATE KEY-----")]
    [InlineData("token ")]
    [InlineData("eyJaaaaaaaa.")]
    [InlineData("\"secret\":\"\\")]
    [InlineData("<token ")]
    public void Redact_ManyBeginningsOfSecrets_IsLookedThroughInTime(string beginning)
    {
        var hostile = string.Concat(Enumerable.Repeat(beginning, 20_000 / beginning.Length));

        Assert.NotEqual(Redactor.Unreadable, Redactor.Default.Redact(hostile));
    }

    [Fact]
    public void RedactLines_PrivateKeyOverSeveralLines_IsMaskedLineByLine()
    {
        string[] lines = ["a", "x -----BEGIN EC PRIVATE KEY-----", "MHcCAQEEIIGd", "oAoGCCqGSM49", "-----END EC PRIVATE KEY-----", "b"];

        var redacted = Redactor.Default.RedactLines(lines).ToList();

        Assert.Equal(lines.Length, redacted.Count);
        Assert.Equal(("a", "x [redacted]", "[redacted]", "b"), (redacted[0], redacted[1], redacted[3], redacted[^1]));
        Assert.DoesNotContain(redacted, line => line.Contains("MHc", StringComparison.Ordinal) || line.Contains("oAo", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Error_WithASecretInItsWords_DoesNotShowIt(string name)
    {
        var (_, text, secret) = PlantedSecrets.All.Single(planted => planted.Name == name);

        var error = new RollbackOpsException(ErrorId.StepFailed, $"It failed: {text}", $"Try again: {text}");

        Assert.All(secret.Split('\n'), part =>
        {
            Assert.DoesNotContain(part, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(part, error.NextStep, StringComparison.Ordinal);
        });
    }
}
