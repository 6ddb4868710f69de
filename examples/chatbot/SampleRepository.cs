using System.Diagnostics;
using System.Globalization;

namespace Chatbot;

/// <summary>The git repository behind the releases: one commit each, whoever's machine it is made on.</summary>
internal sealed class SampleRepository
{
    private readonly string _folder;

    public SampleRepository(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        Git("init", "--quiet", "--template=", "--initial-branch=main");
    }

    /// <summary>Commits a sample's change; its full hash.</summary>
    public string Commit(Sample sample, DateTimeOffset at)
    {
        Json.Write(Path.Combine(_folder, Behaviour.FileName), sample.Behaviour, Json.Default.Behaviour);
        File.AppendAllText(Path.Combine(_folder, "CHANGES.md"), $"- {sample.Subject}\n");
        var changed = Path.Combine(_folder, sample.ChangedFile);
        Directory.CreateDirectory(Path.GetDirectoryName(changed)!);
        File.WriteAllText(changed, $"{sample.Subject}\n");
        Git("add", "--all");
        Git(at, "-c", $"user.name={sample.Author}", "-c", $"user.email={sample.Author.ToLowerInvariant()}@example.invalid",
            "-c", "commit.gpgSign=false", "commit", "--quiet", $"--message={sample.Subject}");
        return Git("rev-parse", "HEAD").Trim();
    }

    private string Git(params string[] arguments) => Git(at: null, arguments);

    private string Git(DateTimeOffset? at, params string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Called from a hook, git would otherwise work on the caller's repository.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        if (at?.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture) is { } date)
        {
            start.Environment["GIT_AUTHOR_DATE"] = date;
            start.Environment["GIT_COMMITTER_DATE"] = date;
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)} failed: {errors.Result.Trim()}");
    }
}
