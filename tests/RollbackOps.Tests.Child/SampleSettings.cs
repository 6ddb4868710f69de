using System.Globalization;
using RollbackOps.Adapters;
using RollbackOps.Configuration;

namespace RollbackOps.Tests.Child;

/// <summary>The settings of a sample release directory, made in code, the same in every process.</summary>
public static class SampleSettings
{
    /// <summary>The settings for a root; a port of 0 means that there is no service: nothing to restart, nothing to ask.</summary>
    public static RollbackSettings For(string root, int port) => new()
    {
        Project = "shop",
        Environment = "production",
        BaseFolder = root,
        Platform = ReadNote(root, VercelFile) is { } api ? Vercel(root, api)
            : ReadNote(root, GitHubFile) is not null ? new PlatformSettings { Type = PlatformSettings.GitHubType, Root = root }
            : new PlatformSettings
            {
                Root = root,
                ServedTimeout = TimeSpan.FromSeconds(10),
                Activate = port == 0 ? null : new CommandSettings
                {
                    Command = [Dotnet, Assembly, "restart", root, port.ToString(CultureInfo.InvariantCulture)],
                    Timeout = TimeSpan.FromSeconds(20),
                },
            },
        // A stand-in on this machine has no names that lead anywhere.
        Health = ReadNote(root, VercelFile) is not null || ReadNote(root, GitHubFile) is not null ? new HealthSettings { Checks = [] } : new HealthSettings
        {
            Addresses = port == 0 ? [] : [new Uri($"http://127.0.0.1:{port}/")],
            Checks =
            [
                new HealthCheckSettings
                {
                    Name = "health",
                    Path = "/health",
                    Identity = new IdentitySettings { Json = "$.release", StartedAt = "$.startedAt" },
                },
            ],
        },
        Github = ReadNote(root, GitHubFile) is { } github ? GitHub(github) : null,
        Repository = ReadNote(root, WorkingCopyFile) is { } copy ? new RepositorySettings { Path = copy } : null,
        Policy = new PolicySettings
        {
            ConfirmingReads = 2,
            ConfirmingTime = TimeSpan.FromMilliseconds(100),
            DeployTimeout = TimeSpan.FromSeconds(30),
            // What a stand-in deployed, it deployed just now.
            PresumedHealthyAfter = ReadNote(root, GitHubFile) is null ? TimeSpan.FromMinutes(30) : TimeSpan.Zero,
        },
    };

    /// <summary>The file in a root that names the working copy behind its releases.</summary>
    public const string WorkingCopyFile = "working-copy";

    /// <summary>The file in a root that names the address of Vercel's API, where that is the platform.</summary>
    public const string VercelFile = "vercel-api";

    /// <summary>The file in a root that names the address of GitHub's API, where that is the platform.</summary>
    public const string GitHubFile = "github-api";

    /// <summary>The token that Vercel takes.</summary>
    public const string VercelToken = "vcp_0123456789abcdefSECRET";

    /// <summary>The token that GitHub takes.</summary>
    public const string GitHubToken = "github_pat_0123456789secret";

    /// <summary>What such a file says, or null.</summary>
    public static string? ReadNote(string root, string file) =>
        File.Exists(Path.Combine(root, file)) ? File.ReadAllText(Path.Combine(root, file)) : null;

    /// <summary>A context on real adapters and the real clock.</summary>
    public static RollbackContext Open(RollbackSettings settings) =>
        RollbackContext.Create(new AdapterFactory(), settings, new NoSecrets(), TimeProvider.System, "tester");

    private static PlatformSettings Vercel(string root, string api) => new()
    {
        Type = PlatformSettings.VercelType,
        Root = root,
        ServedTimeout = TimeSpan.FromSeconds(10),
        Vercel = new VercelSettings { Api = new Uri(api), Team = "acme", Token = VercelToken },
    };

    private static GitHubSettings GitHub(string api) => new()
    {
        Owner = "acme",
        Repository = "shop",
        Api = new Uri(api),
        Token = GitHubToken,
        DeployWorkflow = "deploy.yml",
    };

    /// <summary>This program, for <see cref="Dotnet"/>.</summary>
    public static string Assembly => typeof(SampleSettings).Assembly.Location;

    /// <summary>The host that runs it.</summary>
    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
}
