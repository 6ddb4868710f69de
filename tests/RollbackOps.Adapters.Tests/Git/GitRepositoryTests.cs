using RollbackOps.Adapters.Git;
using RollbackOps.Configuration;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>A real repository, read with the real program.</summary>
public sealed class GitRepositoryTests : IDisposable
{
    private readonly SampleRepository _git = new();

    [Fact]
    public async Task Compare_TwoCommits_GivesWhatARollbackTakesBack()
    {
        var old = _git.Commit("first", "app.txt");
        var middle = _git.Commit("add a table", "db/migrations/1.sql");
        var live = _git.Commit("break it", "app.txt");
        var compared = await CompareAsync(live, old);
        Assert.Equal([live, middle], compared.Commits.Select(commit => commit.Hash));
        Assert.Equal(["break it", "add a table"], compared.Commits.Select(commit => commit.Subject));
        Assert.All(compared.Commits, commit => Assert.Equal("Ada", commit.Author));
        Assert.Equal(["app.txt", "db/migrations/1.sql"], compared.ChangedFiles);
        Assert.Equal(["db/migrations/1.sql"], compared.Migrations);
        Assert.True(compared.IsAncestor);
    }

    [Fact]
    public async Task Compare_Diverged_IsNoAncestor()
    {
        var start = _git.Commit("first", "app.txt");
        var one = _git.Commit("one", "app.txt");
        _git.Run("checkout", "-q", start);
        var other = _git.Commit("other", "app.txt");
        var compared = await CompareAsync(one, other);
        Assert.False(compared.IsAncestor);
        Assert.Equal([one], compared.Commits.Select(commit => commit.Hash));
    }

    [Fact]
    public async Task Compare_SameCommit_TakesNothingBack()
    {
        var only = _git.Commit("first", "app.txt");
        var compared = await CompareAsync(only, only[..7]);
        Assert.Empty(compared.Commits);
        Assert.Empty(compared.ChangedFiles);
    }

    [Fact]
    public async Task Compare_RenamedMigration_CountsAsChanged()
    {
        var old = _git.Commit("first", "migrations/1.sql");
        _git.Run("mv", "migrations/1.sql", "elsewhere.sql");
        _git.Run("commit", "-qm", "move");
        Assert.Equal(["migrations/1.sql"], (await CompareAsync(_git.Head, old)).Migrations);
    }

    [Theory]
    [InlineData("fix \u001b[31mred\u001b[0m", "fix <U+001B>[31mred<U+001B>[0m")]
    [InlineData("a\u001fb\u001fc\u001fd", "a<U+001F>b<U+001F>c<U+001F>d")]
    [InlineData("a\u001eb", "a<U+001E>b")]
    [InlineData("$(touch /tmp/x) `id` | <script>", "$(touch /tmp/x) `id` | <script>")]
    [InlineData("%H %n {{ title }}", "%H %n {{ title }}")]
    [InlineData("\u202eesrever", "<U+202E>esrever")]
    [InlineData("", "")]
    public async Task Compare_HostileSubject_IsOneInertLine(string subject, string expected)
    {
        var old = _git.Commit("first", "app.txt");
        var live = _git.Commit(subject, "app.txt");
        var commit = Assert.Single((await CompareAsync(live, old)).Commits);
        Assert.Equal(live, commit.Hash);
        Assert.Equal(expected, commit.Subject);
        Assert.Equal("Ada", commit.Author);
        Assert.InRange(commit.At, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }

    [Fact]
    public async Task Compare_HostileFileName_IsOneInertName()
    {
        var old = _git.Commit("first", "app.txt");
        var live = _git.Commit("second", "new\nline\t\u001b.txt");
        Assert.Equal(["new<U+000A>line<U+0009><U+001B>.txt"], (await CompareAsync(live, old)).ChangedFiles);
    }

    [Theory]
    [InlineData("--output=stolen")]
    [InlineData("main")]
    [InlineData("HEAD")]
    [InlineData("abc")]
    [InlineData("0123456..89abcdef")]
    [InlineData("0123456\n")]
    [InlineData("")]
    public async Task Compare_NoHash_NeverReachesGit(string hash)
    {
        var good = _git.Commit("first", "app.txt");
        await AssertUnreadableAsync(hash, good, "no commit hash");
        await AssertUnreadableAsync(good, hash, "no commit hash");
        Assert.False(File.Exists(Path.Combine(_git.Folder, "stolen")));
    }

    [Fact]
    public async Task Compare_UnknownCommit_SaysToFetch()
    {
        var good = _git.Commit("first", "app.txt");
        await AssertUnreadableAsync(good, new string('1', 40), "cannot tell");
    }

    [Fact]
    public async Task Compare_NotARepository_SaysSo()
    {
        Directory.Delete(Path.Combine(_git.Folder, ".git"), recursive: true);
        await AssertUnreadableAsync(new string('1', 40), new string('2', 40), "not a git repository");
        Directory.Delete(_git.Folder, recursive: true);
        await AssertUnreadableAsync(new string('1', 40), new string('2', 40), _git.Folder);
        Directory.CreateDirectory(_git.Folder);
    }

    public void Dispose() => _git.Dispose();

    private Task<CommitComparison> CompareAsync(string from, string to) =>
        new GitRepository(new RepositorySettings { Path = _git.Folder }).CompareAsync(from, to, CancellationToken.None);

    private async Task AssertUnreadableAsync(string from, string to, string expected)
    {
        var unreadable = await Assert.ThrowsAsync<RollbackOpsException>(() => CompareAsync(from, to));
        Assert.Equal(ErrorId.RepositoryUnreadable, unreadable.Id);
        Assert.Contains(expected, unreadable.Message, StringComparison.Ordinal);
        Assert.Contains("git fetch", unreadable.NextStep, StringComparison.Ordinal);
    }
}
