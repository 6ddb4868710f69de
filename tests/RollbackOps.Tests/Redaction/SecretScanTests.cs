using RollbackOps.Redaction;

namespace RollbackOps.Tests.Redaction;

/// <summary>The signs that patterns stand behind: no secret that a pattern would find may be passed over.</summary>
public sealed class SecretScanTests
{
    private static readonly string[] s_pieces =
    [
        .. SecretAnchors.Make().Select(anchor => anchor.Text),
        .. PlantedSecrets.All.SelectMany(planted => planted.Text.Split(' ')),
        "https", "postgres", "user", "by", "pg", "id", "string", "word", "wd", "2", "s", "u", "proxy", "set-", "api", "secret_access_", "client",
        ":", "=", "@", "/", "//", " ", "  ", "\t", "\n", "\"", "\\\"", "'", "-", "--", "_", ".", "<", ">", "</", "&", "?", ";", ",",
        "5432", "8080:", "0", "x", "Q", "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789", "0a1b2c3d4e5f60718293a4b5c6d7e8f9", "name", "\\u0022", "\\\\\\u0022", "\\u003E", "\\u003C/", "\u00a0", "\u00e9",
    ];

    [Theory]
    [InlineData(20261128)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Redact_AnyText_IsAsIfEachPatternHadLookedAtIt(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 12_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Any(random)));

            Assert.Equal(ByEachPattern(text), Redactor.Default.Redact(text));
        }
    }

    [Fact]
    public void Redact_PlantedSecretsInARow_IsAsIfEachPatternHadLookedAtThem()
    {
        var text = string.Join(" | ", PlantedSecrets.All.Where(planted => planted.Name != "Private key cut off").Select(planted => planted.Text));

        Assert.Equal(ByEachPattern(text), Redactor.Default.Redact(text));
    }

    [Theory]
    [InlineData("""203.0.113.7 - - [28/Nov/2026:19:00:01 +0000] "GET /api/orders/17?page=2 HTTP/1.1" 200 512 "https://shop.example.test/cart" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36" """)]
    [InlineData("""{"ts":"2026-11-28T19:00:01.123Z","level":"info","msg":"request done","path":"/api/chat","status":200,"duration_ms":12}""")]
    [InlineData("time=2026-11-28T19:00:01Z level=warn msg=\"queue is long\" queue=mail key=orders.17 tokens=42 author=jane passed=3")]
    [InlineData("2026-11-28 19:00:01,123 INFO [pool-3] c.e.OrderService - session store, basically all access keys rotated; auth is fine")]
    public void Find_OrdinaryLine_SeesNoSign(string line) => Assert.False(SecretScan.Find(line, new int[SecretScan.Signs]));

    private static string Any(Random random)
    {
        var piece = s_pieces[random.Next(s_pieces.Length)];
        return random.Next(6) switch
        {
            0 => piece.ToUpperInvariant(),
            1 => piece[..random.Next(piece.Length + 1)],
            _ => piece,
        };
    }

    private static string ByEachPattern(string text) => SecretKinds.All.Aggregate(text, (masked, kind) => kind.Mask(masked, at: 0));
}
