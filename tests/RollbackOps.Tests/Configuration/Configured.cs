using System.Text;
using RollbackOps.Configuration;

namespace RollbackOps.Tests.Configuration;

/// <summary>Reads configurations that are on no disk.</summary>
internal static class Configured
{
    public const string Folder = "/srv/shop";
    public const string File = "/srv/shop/rollback.json";

    public static RollbackConfiguration Read(
        string json, string? environment = null, params (string Path, object? Value)[] overrides) =>
        RollbackConfiguration.Read(
            new ConfigurationRequest
            {
                StartFolder = "/home/me",
                Environment = environment,
                Overrides = overrides.ToDictionary(one => one.Path, one => one.Value),
            },
            File,
            Folder,
            Encoding.UTF8.GetBytes(json));

    public static RollbackOpsException Refused(
        string json, string? environment = null, params (string Path, object? Value)[] overrides) =>
        Assert.Throws<RollbackOpsException>(() => Read(json, environment, overrides));

    public static EffectiveSetting At(this RollbackConfiguration configuration, string path) =>
        Assert.Single(configuration.Effective, setting => setting.Path == path);
}
