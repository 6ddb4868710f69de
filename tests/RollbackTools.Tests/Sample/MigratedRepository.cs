using System.Diagnostics;

namespace RollbackTools.Tests.Sample;

/// <summary>A git repository of two commits, between which a migration was added.</summary>
internal sealed class MigratedRepository : IDisposable
{
    /// <summary>The pattern that its migrations match.</summary>
    public const string Migrations = "migrations/**";

    public MigratedRepository()
    {
        Git("init", "--quiet", "--template=", "--initial-branch=main");
        Before = Commit("app.js");
        After = Commit("migrations/2.sql");
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("rollback-repository-").FullName;

    public string Before { get; }

    public string After { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private string Commit(string file)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, file);
        Git("add", "--all");
        Git("-c", "user.name=Ada", "-c", "user.email=ada@example.invalid", "-c", "commit.gpgSign=false",
            "commit", "--quiet", $"--message=Add {file}");
        return Git("rev-parse", "HEAD").Trim();
    }

    private string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = Path, RedirectStandardOutput = true };
        // Called from a hook, git would otherwise work on the caller's repository.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
