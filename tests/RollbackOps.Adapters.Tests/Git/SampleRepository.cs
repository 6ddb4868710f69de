using System.Diagnostics;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>A repository of its own, untouched by the settings of whoever runs the tests.</summary>
internal sealed class SampleRepository : IDisposable
{
    public SampleRepository() => Run("init", "-q", "-b", "main");

    public string Folder { get; } = Directory.CreateTempSubdirectory("rollback-git-").FullName;

    public string Head => Run("rev-parse", "HEAD");

    /// <summary>Changes a file and commits it; gives the hash.</summary>
    public string Commit(string subject, string file)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.AppendAllText(path, $"{Guid.NewGuid()}\n");
        Run("add", "-A");
        Run("commit", "-q", "--allow-empty-message", "--cleanup=verbatim", "-m", subject);
        return Head;
    }

    public string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = Folder, RedirectStandardOutput = true };
        foreach (var argument in new[] { "-c", "user.name=Ada", "-c", "user.email=ada@example.org" }.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output.Trim();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
