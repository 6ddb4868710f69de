using RollbackOps.Deployments;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>How much history comes (cmdlets.md, Input).</summary>
public sealed class HistoryTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly Session _session;

    public HistoryTests() => _session = new Session(_folder.Root);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void History_OfMoreThanFifty_GivesTheNewestFiftyAndTheCurrentOne()
    {
        AddMany(60);

        var given = Read("Get-DeploymentHistory");

        Assert.Equal(51, given.Count);
        Assert.Equal(_folder.Current, given[^1].Id);
        Assert.True(given[^1].IsCurrent);
        Assert.Equal(_folder.Ids.Skip(5).Reverse().Take(50), given.Take(50).Select(one => one.Id));
    }

    [Fact]
    public void History_All_GivesEveryOne()
    {
        AddMany(60);

        Assert.Equal(65, Read("Get-DeploymentHistory -All").Count);
    }

    [Fact]
    public void History_First_GivesThatManyAndNoMore()
    {
        AddMany(60);

        Assert.Equal(_folder.Ids.Skip(5).Reverse().Take(3), Read("Get-DeploymentHistory -First 3").Select(one => one.Id));
    }

    [Fact]
    public void History_ChecksWhereNothingKnowsThem_SaysWhatToConfigure()
    {
        var outcome = _session.Run("Get-DeploymentHistory -Checks");

        Assert.Equal("InvalidArgument", outcome.ErrorId());
        Assert.Contains("section github", outcome.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void History_Since_GivesWhatIsYounger()
    {
        var given = Read("Get-DeploymentHistory -Since ([DateTimeOffset]::UtcNow.AddDays(-4))");

        Assert.Equal([_folder.Current, _folder.Failed, _folder.Previous], given.Select(one => one.Id));
    }

    [Fact]
    public void History_SinceWithoutAZone_IsLocalTimeAndEchoedInUtc()
    {
        var outcome = _session.Run("Get-DeploymentHistory -Since '2026-01-02 03:04:05' -Verbose").Clean();

        var utc = new DateTimeOffset(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Local)).ToUniversalTime();
        Assert.Contains(outcome.Verbose, text => text.Contains(utc.ToString("u"), StringComparison.Ordinal));
    }

    [Fact]
    public void History_StoppedAfterItsFirstObject_ReadsNoFurther()
    {
        // Whoever opened one of these would wait for a writer that never comes.
        foreach (var id in _folder.Ids.Where(id => id != _folder.Current))
        {
            var file = Path.Combine(_folder.Root, "releases", id, "release.json");
            File.Delete(file);
            _session.Run("mkfifo $args[0]", file).Clean();
        }

        var outcome = _session.Run(
            "$seen = @(); try { Get-DeploymentHistory -All | ForEach-Object { $seen += $_; throw 'enough' } } catch { }; $seen");

        Assert.Equal(_folder.Current, ((Deployment)Assert.Single(outcome.Output).BaseObject).Id);
    }

    [Theory]
    [InlineData("Get-DeploymentHistory nothing", "DeploymentNotFound")]
    [InlineData("Get-DeploymentHistory -Project other", "InvalidArgument")]
    public void History_OfWhatIsNotThere_SaysSo(string script, string expected) =>
        Assert.Equal(expected, _session.Run(script).ErrorId());

    [Fact]
    public void History_ByStateOrPattern_GivesWhatMatches()
    {
        Assert.Equal(_folder.Failed, Assert.Single(Read("Get-DeploymentHistory -State Failed")).Id);
        Assert.Equal(_folder.Oldest, Assert.Single(Read($"Get-DeploymentHistory {_folder.Oldest[..10]}*")).Id);
        Assert.Equal(_folder.Oldest, Assert.Single(Read($"Get-DeploymentHistory -Commit {_folder.Oldest}ab")).Id);
    }

    private List<Deployment> Read(string script) =>
        [.. _session.Run(script).Clean().Output.Select(one => (Deployment)one.BaseObject)];

    private void AddMany(int count)
    {
        var now = DateTimeOffset.UtcNow.AddMinutes(-30);
        for (var i = 0; i < count; i++)
        {
            _folder.Ids.Add(_folder.Add(now.AddSeconds(i)));
        }
    }
}
