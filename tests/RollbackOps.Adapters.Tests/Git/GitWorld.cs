using System.Security.Cryptography;
using System.Text;
using CliWrap;
using CliWrap.Buffered;
using RollbackOps.Adapters.Git;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>A bare repository that everybody pushes to, and a user's clone of it, without anybody's settings.</summary>
internal sealed class GitWorld : IDisposable
{
    public const string RollbackId = "rb-20260102T030405Z-abc123";

    private static readonly Dictionary<string, string?> s_variables = new()
    {
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_DIR"] = null,
        ["GIT_INDEX_FILE"] = null,
        ["GIT_AUTHOR_NAME"] = null,
        ["GIT_AUTHOR_EMAIL"] = null,
        ["GIT_COMMITTER_NAME"] = null,
        ["GIT_COMMITTER_EMAIL"] = null,
        ["EMAIL"] = null,
    };

    private readonly TemporaryFolder _folder = new();

    private GitWorld() => Work = _folder["work"];

    public static IReadOnlyDictionary<string, string?> Variables => s_variables;

    public string Bare => _folder["remote/app.git"];

    public string RemoteRoot => _folder["remote"];

    public string Work { get; set; }

    public string this[string name] => _folder[name];

    /// <summary>The commit to go back to.</summary>
    public string Good { get; private set; } = string.Empty;

    /// <summary>The commit that is live: three commits later, one of them a merge.</summary>
    public string Bad { get; private set; } = string.Empty;

    public static async Task<GitWorld> NewAsync()
    {
        var world = new GitWorld();
        await world.RunAsync(world._folder.Path, "init", "--quiet", "--bare", "--initial-branch=main", world.Bare);
        await world.RunAsync(world._folder.Path, "clone", "--quiet", world.Bare, world.Work);
        await world.NameAsync(world.Work);
        await world.GitAsync("checkout", "--quiet", "-B", "main");
        world.Good = await world.CommitAsync("✅ PROD: good", ("app.txt", "good\n"), ("kept.txt", "kept\n"));
        await world.CommitAsync("break it", ("app.txt", "bad\n"));
        await world.GitAsync("checkout", "--quiet", "-b", "feature", world.Good);
        await world.CommitAsync("a feature", ("feature.txt", "new\n"));
        await world.GitAsync("checkout", "--quiet", "main");
        await world.GitAsync("merge", "--quiet", "--no-ff", "--message", "merge the feature", "feature");
        await world.GitAsync("branch", "--quiet", "-D", "feature");
        world.Bad = await world.HeadAsync();
        await world.GitAsync("push", "--quiet", "origin", "main");
        return world;
    }

    public RepositorySettings Settings(GitRollback rollback = GitRollback.Revert, string? development = null) =>
        new() { Path = Work, Rollback = rollback, DevelopmentBranch = development };

    public GitStrategy Strategy(
        GitRollback rollback = GitRollback.Revert, string? development = null, bool reset = false, string program = "git") =>
        new(Settings(rollback, development), reset, new GitClient(Work, program, s_variables));

    public static Deployment Deployed(string id, string? commit) => new()
    {
        Id = id,
        Project = "app",
        Environment = "production",
        Platform = "Test",
        State = DeploymentState.Ready,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Commit = commit,
    };

    public Deployment From => Deployed("v2", Bad);

    public Deployment Target => Deployed("v1", Good);

    public StepContext Context(string rollbackId = RollbackId) => new()
    {
        RollbackId = rollbackId,
        From = From,
        Target = Target,
        Reason = "it\nanswers \u001b[31m500",
        By = "ada",
        StartedAt = DateTimeOffset.FromUnixTimeSeconds(1_767_323_045),
    };

    /// <summary>Does what a run does: looks, acts where nothing is in place, and looks again.</summary>
    public async Task<IReadOnlyList<string>> CarryOutAsync(IRollbackStrategy strategy, StepContext? context = null)
    {
        var details = new List<string>();
        context ??= Context();
        foreach (var effect in strategy.Describe(From, Target))
        {
            var seen = await strategy.ObserveAsync(effect.Kind, context, CancellationToken.None);
            Assert.NotEqual(EffectState.Conflicting, seen.State);
            if (seen.State == EffectState.Present)
            {
                details.Add(seen.Detail);
                continue;
            }

            details.Add(await strategy.ApplyAsync(effect.Kind, context, CancellationToken.None));
            seen = await strategy.ObserveAsync(effect.Kind, context, CancellationToken.None);
            Assert.True(seen.State == EffectState.Present, $"{effect.Kind}: {seen}");
        }

        return details;
    }

    public Task<string> GitAsync(params string[] arguments) => RunAsync(Work, arguments);

    public Task<string> RemoteAsync(params string[] arguments) => RunAsync(Bare, arguments);

    public Task<string> HeadAsync() => GitAsync("rev-parse", "HEAD");

    /// <summary>Commits files in the user's clone; the full hash.</summary>
    public async Task<string> CommitAsync(string message, params (string File, string Content)[] files)
    {
        foreach (var (file, content) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(Work, file), content);
        }

        await GitAsync("add", "--all");
        await GitAsync("commit", "--quiet", "--allow-empty", "--message", message);
        return await HeadAsync();
    }

    /// <summary>A development branch with a commit of its own, pushed and left again.</summary>
    public async Task<string> DevelopAsync(string at, string file, string content)
    {
        await GitAsync("checkout", "--quiet", "-b", "dev", at);
        var head = await CommitAsync("work in progress", (file, content));
        await GitAsync("push", "--quiet", "origin", "dev");
        await GitAsync("checkout", "--quiet", "main");
        return head;
    }

    /// <summary>Somebody else pushes to the production branch.</summary>
    public async Task<string> OtherPushesAsync()
    {
        await RunAsync(_folder.Path, "clone", "--quiet", Bare, _folder["other"]);
        await NameAsync(_folder["other"]);
        await RunAsync(_folder["other"], "commit", "--quiet", "--allow-empty", "--message", "fix forward");
        await RunAsync(_folder["other"], "push", "--quiet", "origin", "main");
        return await RunAsync(_folder["other"], "rev-parse", "HEAD");
    }

    /// <summary>Puts a hook into a repository's folder of hooks.</summary>
    public static async Task HookAsync(string repository, string name, string script)
    {
        Directory.CreateDirectory(Path.Combine(repository, "hooks"));
        await ProgramAsync(Path.Combine(repository, "hooks", name), script);
    }

    public static async Task<string> ProgramAsync(string path, string script)
    {
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    /// <summary>
    /// Everything the user has there, byte by byte, but for what a rollback is there to add: objects, its tag, and what
    /// the remote is known to hold.
    /// </summary>
    public string Checksum()
    {
        var all = new StringBuilder();
        foreach (var file in new DirectoryInfo(Work).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Work, file.FullName), File: file))
            .Where(file => !file.Path.StartsWith(".git/objects/", StringComparison.Ordinal)
                && !file.Path.StartsWith(".git/refs/tags/rollback-", StringComparison.Ordinal)
                && !file.Path.StartsWith(".git/refs/remotes/", StringComparison.Ordinal)
                && !file.Path.StartsWith(".git/logs/refs/remotes/", StringComparison.Ordinal))
            .OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            all.AppendLine(null, $"{file.Path} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.File.FullName)))}");
        }

        return all.ToString();
    }

    public Task<string> RunAsync(string folder, params string[] arguments) => RunAsync(s_variables, folder, arguments);

    public void Dispose() => _folder.Dispose();

    private async Task NameAsync(string repository)
    {
        await RunAsync(repository, "config", "user.name", "Ada");
        await RunAsync(repository, "config", "user.email", "ada@example.invalid");
    }

    private static async Task<string> RunAsync(
        IReadOnlyDictionary<string, string?> variables, string folder, string[] arguments)
    {
        var result = await Cli.Wrap("git").WithArguments(arguments).WithWorkingDirectory(folder)
            .WithEnvironmentVariables(variables).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        Assert.True(result.ExitCode == 0, $"git {string.Join(' ', arguments)}: {result.StandardError}");
        return result.StandardOutput.Trim();
    }
}
