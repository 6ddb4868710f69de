using CliWrap;
using CliWrap.Buffered;
using RollbackOps.Adapters.Git;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>A real repository in a folder of its own, made without anybody's settings.</summary>
internal sealed class GitSandbox : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    public GitRepository Repository => new(Settings);

    public RepositorySettings Settings => new() { Path = Path };

    public static async Task<GitSandbox> NewAsync()
    {
        var sandbox = new GitSandbox();
        await sandbox.GitAsync("init", "--quiet", "--initial-branch=main");
        return sandbox;
    }

    /// <summary>Runs git; what it says.</summary>
    public async Task<string> GitAsync(params string[] arguments)
    {
        var result = await Cli.Wrap("git")
            .WithArguments(["-C", Path, "-c", "user.name=Ada", "-c", "user.email=ada@example.invalid", .. arguments])
            .WithEnvironmentVariables(new Dictionary<string, string?>
            {
                ["GIT_CONFIG_GLOBAL"] = "/dev/null",
                ["GIT_CONFIG_NOSYSTEM"] = "1",
                ["GIT_DIR"] = null,
                ["GIT_INDEX_FILE"] = null,
            })
            .ExecuteBufferedAsync();
        return result.StandardOutput.Trim();
    }

    /// <summary>Commits files; the full hash.</summary>
    public async Task<string> CommitAsync(string message, params string[] files)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_folder[file])!);
            await File.AppendAllTextAsync(_folder[file], message);
        }

        await GitAsync("add", "--all");
        await GitAsync("commit", "--quiet", "--allow-empty", "--allow-empty-message", "--message", message);
        return await GitAsync("rev-parse", "HEAD");
    }

    public void Dispose() => _folder.Dispose();
}
