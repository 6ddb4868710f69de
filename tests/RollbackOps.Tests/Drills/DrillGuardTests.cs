using RollbackOps.Configuration;
using RollbackOps.Drills;
using RollbackOps.Tests.Configuration;

namespace RollbackOps.Tests.Drills;

/// <summary>A drill acts on its own folder, and on nothing else (S41).</summary>
public sealed class DrillGuardTests : IDisposable
{
    private const string Own = "http://127.0.0.1:4711/";

    private readonly TemporaryFolder _folder = new();

    public DrillGuardTests() => File.WriteAllText(Path.Combine(_folder.Path, DrillGuard.Marker), "drill-1\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Guard_OfTheDrillsOwnFolder_LetsItGoOn() => Check(Configuration());

    [Theory]
    [InlineData("\"releaseDirectory\"", "\"vercel\"", "vercel")]
    [InlineData("\".\"", "\"..\"", "outside of")]
    [InlineData("127.0.0.1:4711", "127.0.0.1:4712", "not an address of its own")]
    [InlineData("127.0.0.1:4711", "shop.example.com", "not an address of its own")]
    [InlineData("\"app.db\"", "\"../app.db\"", "outside of")]
    [InlineData("\"path\": \"app.db\"", "\"postgres\": { \"name\": \"shop\" }", "a service outside")]
    [InlineData("\"project\"", "\"repository\": { \"path\": \".\" }, \"project\"", "a service outside")]
    [InlineData("\"project\"", "\"prometheus\": { \"address\": \"http://127.0.0.1:9090\" }, \"project\"", "a service outside")]
    public void Guard_OfAnythingElse_Refuses(string part, string instead, string told)
    {
        var json = Configuration().Replace(part, instead, StringComparison.Ordinal);
        if (instead == "\"vercel\"")
        {
            json = json.Replace(", \"root\": \".\"", string.Empty, StringComparison.Ordinal);
        }

        var refusal = Assert.Throws<RollbackOpsException>(() => Check(json));

        Assert.Equal(ErrorId.DrillRefused, refusal.Id);
        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Guard_WithoutTheMarkOrWithAnotherDrills_Refuses()
    {
        Assert.Equal(ErrorId.DrillRefused, Assert.Throws<RollbackOpsException>(() => Check(Configuration(), id: "drill-2")).Id);
        File.Delete(Path.Combine(_folder.Path, DrillGuard.Marker));
        Assert.Equal(ErrorId.DrillRefused, Assert.Throws<RollbackOpsException>(() => Check(Configuration())).Id);
    }

    [Fact]
    public void Guard_OfALinkThatLeadsOut_Refuses()
    {
        using var production = new TemporaryFolder();
        File.WriteAllText(Path.Combine(production.Path, DrillGuard.Marker), "drill-1");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "inner"), production.Path);

        var refusal = Assert.Throws<RollbackOpsException>(() => Check(Configuration().Replace("\".\"", "\"inner\"", StringComparison.Ordinal)));

        Assert.Contains("outside of", refusal.Message, StringComparison.Ordinal);
    }

    private void Check(string json, string id = "drill-1")
    {
        var file = Path.Combine(_folder.Path, RollbackConfiguration.FileName);
        File.WriteAllText(file, json);
        var settings = RollbackConfiguration.Read(new ConfigurationRequest { StartFolder = _folder.Path, File = file }).Settings;
        DrillGuard.Check(settings, _folder.Path, id, [new Uri(Own)]);
    }

    private static string Configuration() => $$"""
        {
          "project": "drill",
          "platform": { "type": "releaseDirectory", "root": "." },
          "health": { "addresses": ["{{Own}}"] },
          "database": { "path": "app.db" }
        }
        """;
}
