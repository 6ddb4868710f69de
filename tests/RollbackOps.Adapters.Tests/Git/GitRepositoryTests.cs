using RollbackOps.Adapters.Git;

namespace RollbackOps.Adapters.Tests.Git;

public sealed class GitRepositoryTests : IAsyncLifetime
{
    private GitSandbox _git = null!;

    public async Task InitializeAsync() => _git = await GitSandbox.NewAsync();

    public Task DisposeAsync()
    {
        _git.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Compare_BackToAnAncestor_TellsCommitsNewestFirstFilesAndMigrations()
    {
        var good = await _git.CommitAsync("good", "src/a.txt");
        var second = await _git.CommitAsync("second", "src/a.txt", "db/migrations/002_add.sql", "migrations/deep/er/3.sql");
        var broken = await _git.CommitAsync("✅ PROD: third", "src/migrations.txt", "Migrations/4.sql");

        var comparison = await _git.Repository.CompareAsync(broken, good, CancellationToken.None);

        Assert.Equal([(broken, "✅ PROD: third", "Ada"), (second, "second", "Ada")],
            comparison.Commits.Select(commit => (commit.Hash, commit.Subject, commit.Author)));
        Assert.All(comparison.Commits, commit => Assert.Equal(DateTimeOffset.UtcNow, commit.At, TimeSpan.FromMinutes(5)));
        Assert.Equal(
            ["Migrations/4.sql", "db/migrations/002_add.sql", "migrations/deep/er/3.sql", "src/a.txt", "src/migrations.txt"],
            comparison.ChangedFiles.Order(StringComparer.Ordinal));
        Assert.Equal(["Migrations/4.sql", "db/migrations/002_add.sql", "migrations/deep/er/3.sql"],
            comparison.Migrations.Order(StringComparer.Ordinal));
        Assert.True(comparison.IsAncestor);
    }

    [Fact]
    public async Task Compare_WithItself_IsEmpty()
    {
        var only = await _git.CommitAsync("only", "a/b");

        var comparison = await _git.Repository.CompareAsync(only, only, CancellationToken.None);

        Assert.Empty(comparison.Commits);
        Assert.Empty(comparison.ChangedFiles);
        Assert.True(comparison.IsAncestor);
    }

    [Fact]
    public async Task Compare_DivergedBranches_IsNoAncestor()
    {
        await _git.CommitAsync("base", "src/a");
        await _git.GitAsync("checkout", "--quiet", "-b", "other");
        var other = await _git.CommitAsync("other", "migrations/other.sql");
        await _git.GitAsync("checkout", "--quiet", "main");
        var main = await _git.CommitAsync("main", "src/main");

        var comparison = await _git.Repository.CompareAsync(main, other, CancellationToken.None);

        Assert.False(comparison.IsAncestor);
        Assert.Equal(["main"], comparison.Commits.Select(commit => commit.Subject));
        Assert.Equal(["migrations/other.sql"], comparison.Migrations);
    }

    [Fact]
    public async Task Compare_MigrationMovedElsewhere_StillDiffers()
    {
        var before = await _git.CommitAsync("before", "migrations/1.sql");
        await _git.GitAsync("mv", "migrations/1.sql", "elsewhere.sql");
        var after = await _git.CommitAsync("after");

        var comparison = await _git.Repository.CompareAsync(after, before, CancellationToken.None);

        Assert.Equal(["migrations/1.sql"], comparison.Migrations);
    }

    [Fact]
    public async Task Compare_OwnPatterns_DecideAlone()
    {
        var before = await _git.CommitAsync("before", "a/x");
        var after = await _git.CommitAsync("after", "schema/1.sql", "schema/readme.md", "migrations/1.sql");

        var comparison = await new GitRepository(_git.Settings with { Migrations = ["schema/*.sql"] })
            .CompareAsync(after, before, CancellationToken.None);

        Assert.Equal(["schema/1.sql"], comparison.Migrations);
    }

    [Fact]
    public async Task Compare_HostileMessagesAndNames_ComeOutInert()
    {
        var before = await _git.CommitAsync("before", "a/x");
        await _git.CommitAsync("\u001b[31m\u001fred\u202e", "migrations/ev\nil\u001b.sql");
        await _git.CommitAsync(string.Empty, "ü/--option");
        var after = await _git.CommitAsync("  --all ", "a/ b ");

        var comparison = await _git.Repository.CompareAsync(after, before, CancellationToken.None);

        Assert.Equal(["  --all", string.Empty, "<U+001B>[31m<U+001F>red<U+202E>"],
            comparison.Commits.Select(commit => commit.Subject));
        Assert.Equal(["a/ b ", "migrations/ev<U+000A>il<U+001B>.sql", "ü/--option"],
            comparison.ChangedFiles.Order(StringComparer.Ordinal));
        Assert.Equal(["migrations/ev<U+000A>il<U+001B>.sql"], comparison.Migrations);
    }

    [Fact]
    public async Task Compare_SettingsThatChangeOutput_ChangeNothing()
    {
        var before = await _git.CommitAsync("before", "sub/x", "a/x");
        var after = await _git.CommitAsync("after", "sub/y", "a/y");
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["log.showSignature"] = "true",
            ["color.ui"] = "always",
            ["diff.relative"] = "true",
            ["diff.external"] = "false",
            ["diff.noprefix"] = "true",
            ["core.pager"] = "false",
            ["i18n.logOutputEncoding"] = "utf-16",
            ["format.pretty"] = "raw",
        })
        {
            await _git.GitAsync("config", name, value);
        }

        var below = new GitRepository(_git.Settings with { Path = Path.Combine(_git.Path, "sub") });
        var comparison = await below.CompareAsync(after, before, CancellationToken.None);

        Assert.Equal([(after, "after")], comparison.Commits.Select(commit => (commit.Hash, commit.Subject)));
        Assert.Equal(["a/y", "sub/y"], comparison.ChangedFiles.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Compare_Always_LeavesTheRepositoryAsItWas()
    {
        var before = await _git.CommitAsync("before", "a/x");
        var after = await _git.CommitAsync("after", "a/y");
        await File.WriteAllTextAsync(Path.Combine(_git.Path, "a", "x"), "changed");
        var files = Snapshot();

        await _git.Repository.CompareAsync(after, before, CancellationToken.None);

        Assert.Equal(files, Snapshot());
    }

    [Fact]
    public async Task Compare_BareRepository_Works()
    {
        var before = await _git.CommitAsync("before", "a/x");
        var after = await _git.CommitAsync("after", "a/y");
        using var bare = new TemporaryFolder();
        await _git.GitAsync("clone", "--quiet", "--bare", _git.Path, bare["app.git"]);

        var comparison = await new GitRepository(_git.Settings with { Path = bare["app.git"] })
            .CompareAsync(after, before, CancellationToken.None);

        Assert.Equal(["a/y"], comparison.ChangedFiles);
    }

    [Fact]
    public async Task Compare_TimeOfACommitOutOfRange_IsReadAllTheSame()
    {
        var before = await _git.CommitAsync("before", "a/x");
        var tree = await _git.GitAsync("rev-parse", "HEAD^{tree}");
        await File.WriteAllTextAsync(Path.Combine(_git.Path, "raw"),
            $"tree {tree}\nparent {before}\nauthor Ada <a@b> 1 +0000\ncommitter Ada <a@b> 99999999999999999 +0000\n\nlate\n");
        var late = await _git.GitAsync("hash-object", "-t", "commit", "-w", "--literally", "raw");

        var comparison = await _git.Repository.CompareAsync(late, before, CancellationToken.None);

        Assert.Equal([(late, "late")], comparison.Commits.Select(commit => (commit.Hash, commit.Subject)));
    }

    [Theory]
    [InlineData("--output=pwned")]
    [InlineData("main")]
    [InlineData("HEAD~1")]
    [InlineData("0123456..89abcde")]
    [InlineData("0123456\n")]
    [InlineData("")]
    [InlineData("abc123")]
    public async Task Compare_WhatIsNoHash_NeverReachesGit(string commit)
    {
        var known = await _git.CommitAsync("known", "a/x");

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => _git.Repository.CompareAsync(commit, known, CancellationToken.None));

        Assert.Equal(ErrorId.RepositoryUnreadable, failure.Id);
        Assert.Contains("is no commit hash", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_UnknownCommit_SaysToFetchIt()
    {
        var known = await _git.CommitAsync("known", "a/x");

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => _git.Repository.CompareAsync(known, new string('1', 40), CancellationToken.None));

        Assert.Equal(ErrorId.RepositoryUnreadable, failure.Id);
        Assert.Contains("git fetch", failure.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(7)]
    public async Task Find_HashOrPrefix_GivesTheCommit(int digits)
    {
        await _git.CommitAsync("first", "a/x");
        var hash = await _git.CommitAsync("second", "a/x");

        var found = await _git.Repository.FindCommitAsync(hash[..digits].ToUpperInvariant(), CancellationToken.None);

        Assert.Equal((hash, "second", "Ada"), (found!.Hash, found.Subject, found.Author));
    }

    [Fact]
    public async Task Find_Unknown_GivesNull()
    {
        await _git.CommitAsync("first", "a/x");

        Assert.Null(await _git.Repository.FindCommitAsync(new string('1', 40), CancellationToken.None));
        Assert.Null(await _git.Repository.FindCommitAsync("1111111", CancellationToken.None));
    }

    [Fact]
    public async Task Find_BranchNamedLikeAHash_IsNotTakenForIt()
    {
        await _git.CommitAsync("first", "a/x");
        await _git.GitAsync("branch", "1111111");

        Assert.Null(await _git.Repository.FindCommitAsync("1111111", CancellationToken.None));
    }

    [Fact]
    public async Task Find_NoRepositoryThere_SaysSo()
    {
        using var folder = new TemporaryFolder();

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => new GitRepository(_git.Settings with { Path = folder.Path }).FindCommitAsync(
                "1111111", CancellationToken.None));

        Assert.Equal(ErrorId.RepositoryUnreadable, failure.Id);
        Assert.Contains("not a git repository", failure.Message, StringComparison.Ordinal);
        Assert.Contains("repository.path", failure.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_NoGit_SaysToInstallIt()
    {
        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => new GitRepository(_git.Settings, new GitProgram(_git.Path, "/nonexistent/git")).FindCommitAsync(
                "1111111", CancellationToken.None));

        Assert.Equal(ErrorId.RepositoryUnreadable, failure.Id);
        Assert.Contains("Install git", failure.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_CancelledByTheCaller_Throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _git.Repository.FindCommitAsync("1111111", new CancellationToken(canceled: true)));

    private List<(string Path, DateTime Written, long Length)> Snapshot() =>
    [
        .. new DirectoryInfo(_git.Path).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => (file.FullName, file.LastWriteTimeUtc, file.Length))
            .OrderBy(file => file.FullName, StringComparer.Ordinal),
    ];
}
