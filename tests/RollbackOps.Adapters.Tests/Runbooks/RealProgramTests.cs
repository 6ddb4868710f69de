using System.Diagnostics;
using System.Text.RegularExpressions;
using RollbackOps.Adapters.Tests.Peers;
using RollbackOps.Runbooks;

namespace RollbackOps.Adapters.Tests.Runbooks;

/// <summary>
/// The examples of unknown options and subcommands, held against the real programs' own parsers. Each runs in an empty
/// folder, without settings or credentials, and with nothing to reach: what it accepts fails a moment later.
/// </summary>
public sealed partial class RealProgramTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();

    public RealProgramTests() => File.WriteAllText(_folder["package.json"], """{ "scripts": { "x": "node -e \"console.log(process.argv.slice(1).join())\" --" } }""");

    public void Dispose() => _folder.Dispose();

    [ToolFact("git")]
    public Task Git_ItsParser_AgreesWithTheTable() => AgreesAsync("git");

    [ToolFact("gh")]
    public Task Gh_ItsParser_AgreesWithTheTable() => AgreesAsync("gh");

    [ToolFact("kubectl")]
    public Task Kubectl_ItsParser_AgreesWithTheTable() => AgreesAsync("kubectl");

    [ToolFact("helm")]
    public Task Helm_ItsParser_AgreesWithTheTable() => AgreesAsync("helm");

    [ToolFact("aws")]
    public Task Aws_ItsParser_AgreesWithTheTable() => AgreesAsync("aws");

    [ToolFact("psql")]
    public Task Psql_ItsParser_AgreesWithTheTable() => AgreesAsync("psql");

    [ToolFact("curl")]
    public Task Curl_ItsParser_AgreesWithTheTable() => AgreesAsync("curl");

    [ToolFact("npm")]
    public Task Npm_ItsParser_AgreesWithTheTable() => AgreesAsync("npm");

    [OutsiderFact("vercel")]
    public Task Vercel_ItsParser_AgreesWithTheTable() => AgreesAsync("vercel");

    [ToolFact("npm")]
    public async Task Npm_OptionBeforeTheDashes_DoesNotReachTheScript()
    {
        Assert.DoesNotContain("--from=a", await LastLineAsync("npm", "run", "x", "--from=a"), StringComparison.Ordinal);
        Assert.Contains("--from=a", await LastLineAsync("npm", "run", "x", "--", "--from=a"), StringComparison.Ordinal);
    }

    [ToolFact("npm")]
    public async Task Npm_MissingScriptIfPresent_IsNoFailure()
    {
        Assert.NotEqual(0, (await RunAsync("npm", "run", "y")).Code);
        Assert.Equal(0, (await RunAsync("npm", "run", "y", "--if-present")).Code);
    }

    [ToolFact("git")]
    public async Task Git_CheckoutOfACommit_DetachesHead()
    {
        await RunAsync("git", "init", "-q");
        await RunAsync("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "a");
        Assert.Equal(0, (await RunAsync("git", "symbolic-ref", "-q", "HEAD")).Code);

        await RunAsync("git", "checkout", "-q", (await LastLineAsync("git", "rev-parse", "HEAD")).Trim());

        Assert.NotEqual(0, (await RunAsync("git", "symbolic-ref", "-q", "HEAD")).Code);
    }

    private async Task AgreesAsync(string program)
    {
        await RunAsync("git", "init", "-q");
        RunbookRule[] rules = [RunbookRules.Get("unknown-option"), RunbookRules.Get("unknown-subcommand")];
        var examples = rules.SelectMany(rule => rule.Matches.Select(line => (line, isRefused: true)).Concat(rule.Passes.Select(line => (line, isRefused: false))))
            .Where(example => example.line.StartsWith(program + " ", StringComparison.Ordinal)).ToList();
        Assert.Contains(examples, example => example.isRefused);
        Assert.Contains(examples, example => !example.isRefused);

        // Side by side: each spends its time looking for what is not there.
        await Task.WhenAll(examples.Select(example => AgreesAsync(program, example.line, example.isRefused)));
    }

    private async Task AgreesAsync(string program, string line, bool isRefused)
    {
        var words = line.Replace("https://example.com/", "http://127.0.0.1:1/", StringComparison.Ordinal).Split(' ');
        if (program == "vercel" && !isRefused)
        {
            // What it takes would make it look for its service: with one more word that it refuses, it only parses.
            var parsed = (await RunAsync(program, [.. words[1..], "--no-such-option"])).Said;
            Assert.Contains("unexpected option: --no-such-option", parsed, StringComparison.Ordinal);
            return;
        }

        var said = (await RunAsync(program, words[1..])).Said;
        Assert.True(Refusal().IsMatch(said) == isRefused, $"{line}: {said}");
    }

    private async Task<string> LastLineAsync(string program, params string[] arguments) =>
        (await RunAsync(program, arguments)).Said.Trim().Split('\n')[^1];

    private async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program == "vercel" ? "node" : program)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["HOME"] = _folder.Path;
        start.Environment["KUBECONFIG"] = _folder["no-cluster"];
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["PGHOST"] = "127.0.0.1";
        start.Environment["PGPORT"] = "1";
        start.Environment["PGUSER"] = "nobody";
        start.Environment["VERCEL_TELEMETRY_DISABLED"] = "1";
        string[] before = program == "vercel" ? [Path.Combine(OutsiderFactAttribute.Folder!, "node_modules", "vercel", "dist", "vc.js")] : [];
        string[] after = program == "vercel" ? ["--token", "x", "--global-config", _folder.Path, "--api", "http://127.0.0.1:1"] : [];
        foreach (var argument in before.Concat(arguments).Concat(after))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(s_patience);
        process.StandardInput.Close();
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, string.Concat(await said));
    }

    [GeneratedRegex("unknown (flag|option|command|or unexpected)|unrecognized option|is unknown|not a git command", RegexOptions.IgnoreCase)]
    private static partial Regex Refusal();
}
