using RollbackOps.Readiness;
using RollbackOps.Readiness.Inspections;

namespace RollbackOps.Tests.Readiness;

/// <summary>What is said of the configuration and its secrets.</summary>
public sealed class ConfigurationInspectionTests
{
    private readonly ReadinessWorld _world = new();

    [Fact]
    public async Task Configuration_ByItsFile_IsReadyOrOnlyDefaults()
    {
        var alone = await _world.LookAsync(scope => new ConfigurationInspection(scope));
        _world.Change = settings => settings with { File = "/srv/shop/rollback.json" };
        var valid = await _world.LookAsync(scope => new ConfigurationInspection(scope));

        Assert.Equal((ReadinessStatus.Warning, ReadinessStatus.Ready), (alone.Status, valid.Status));
        Assert.Contains("New-RollbackConfiguration", alone.NextStep!, StringComparison.Ordinal);
        Assert.Contains("/srv/shop/rollback.json", valid.Observed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReadinessStatus.NotApplicable)]
    [InlineData(ReadinessStatus.Ready, "env:TOKEN", "secret:ops/hook")]
    [InlineData(ReadinessStatus.Failed, "env:TOKEN", "env:MISSING")]
    public async Task Secrets_ByWhatResolves_AreToldWithoutTheirValues(object status, params string[] references)
    {
        _world.References = references;

        var found = await _world.LookAsync(scope => new SecretInspection(scope));

        Assert.Equal(status, found.Status);
        Assert.DoesNotContain("hunter2", found.Observed + found.NextStep, StringComparison.Ordinal);
        Assert.Equal(references.Contains("env:MISSING"), found.NextStep?.Contains("$env:MISSING", StringComparison.Ordinal) == true);
    }
}
