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
        Platform = new PlatformSettings
        {
            Root = root,
            ServedTimeout = TimeSpan.FromSeconds(10),
            Activate = port == 0 ? null : new CommandSettings
            {
                Command = [Dotnet, Assembly, "restart", root, port.ToString(CultureInfo.InvariantCulture)],
                Timeout = TimeSpan.FromSeconds(20),
            },
        },
        Health = new HealthSettings
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
        Repository = WorkingCopyOf(root) is { } copy ? new RepositorySettings { Path = copy } : null,
        Policy = new PolicySettings
        {
            ConfirmingReads = 2,
            ConfirmingTime = TimeSpan.FromMilliseconds(100),
            DeployTimeout = TimeSpan.FromSeconds(30),
        },
    };

    /// <summary>The file in a root that names the working copy behind its releases.</summary>
    public const string WorkingCopyFile = "working-copy";

    /// <summary>The working copy behind the releases of a root, or null.</summary>
    public static string? WorkingCopyOf(string root) =>
        File.Exists(Path.Combine(root, WorkingCopyFile)) ? File.ReadAllText(Path.Combine(root, WorkingCopyFile)) : null;

    /// <summary>A context on real adapters and the real clock.</summary>
    public static RollbackContext Open(RollbackSettings settings) =>
        RollbackContext.Create(new AdapterFactory(), settings, new NoSecrets(), TimeProvider.System, "tester");

    /// <summary>This program, for <see cref="Dotnet"/>.</summary>
    public static string Assembly => typeof(SampleSettings).Assembly.Location;

    /// <summary>The host that runs it.</summary>
    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
}
