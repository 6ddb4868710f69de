using System.Management.Automation;
using System.Reflection;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>What may come down the pipeline (cmdlets.md, Input).</summary>
public sealed class InputTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly Session _session;

    public InputTests() => _session = new Session(_folder.Root);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Get-DeploymentHistory -First 3 | Invoke-Rollback -Reason r -Confirm:$false")]
    [InlineData("Get-DeploymentHistory -First 3 | New-RollbackPlan -Reason r")]
    [InlineData("$plan = New-RollbackPlan -Reason r; $plan, $plan | Invoke-Rollback -Confirm:$false")]
    [InlineData("$d = Test-RollbackNeeded -Signal ServiceDown; $d, $d | Invoke-Rollback -Confirm:$false")]
    [InlineData("$p = Invoke-Rollback -Reason r -WhatIf; $p | Invoke-Rollback -Target x -Reason r -Confirm:$false")]
    public void Pipeline_MoreThanOneTarget_ChangesNothing(string script)
    {
        var outcome = _session.Run(script);

        Assert.Equal("MultipleTargets", outcome.ErrorId());
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Theory]
    [InlineData("@() | Invoke-Rollback -Reason r -Confirm:$false")]
    [InlineData("$null | Invoke-Rollback -Reason r -Confirm:$false")]
    [InlineData("@() | New-RollbackPlan -Reason r")]
    [InlineData("@() | Undo-Rollback -Reason r -Confirm:$false")]
    [InlineData("@() | Test-RollbackNeeded")]
    [InlineData("@() | Test-RollbackNeeded -Signal ServiceDown")]
    [InlineData("@() | Test-RollbackSuccess")]
    [InlineData("@() | Block-Deployment -Reason r -Confirm:$false")]
    [InlineData("Get-DeploymentHistory | Where-Object Id -eq nothing | Invoke-Rollback -Reason r -Confirm:$false")]
    public void Pipeline_ExpectedAndEmpty_HasNoDefaultTarget(string script)
    {
        var outcome = _session.Run(script);

        Assert.Equal("NoInput", outcome.ErrorId());
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Theory]
    [InlineData("Invoke-Rollback -Reason r -Confirm:$false")]
    [InlineData("New-RollbackPlan -Reason r")]
    [InlineData("Undo-Rollback -Reason r -Confirm:$false")]
    [InlineData("Block-Deployment -Reason r -Confirm:$false")]
    [InlineData("Unblock-Deployment -Reason r -Confirm:$false")]
    [InlineData("Test-RollbackNeeded")]
    [InlineData("Test-RollbackSuccess")]
    [InlineData("Get-DeploymentLog")]
    [InlineData("Test-DeploymentHealth")]
    public void Text_Piped_NeverBecomesATarget(string cmdlet)
    {
        var outcome = _session.Run($"'{_folder.Previous}' | {cmdlet}");

        Assert.Equal("InvalidArgument", outcome.ErrorId());
        Assert.Empty(outcome.Output);
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Theory]
    [InlineData("Get-DeploymentHistory -First 1", "Invoke-Rollback -Reason r -Confirm:$false")]
    [InlineData("New-RollbackPlan -Reason r", "Invoke-Rollback -Confirm:$false")]
    [InlineData("Test-RollbackNeeded -Signal ServiceDown", "Invoke-Rollback -Confirm:$false")]
    public void CopyFromAnotherProcess_Piped_IsToldHowToBeCarried(string source, string cmdlet)
    {
        var original = Assert.Single(_session.Run(source).Clean().Output);
        _session.Set("copy", PSSerializer.Deserialize(PSSerializer.Serialize(original)));

        var outcome = _session.Run("$copy | " + cmdlet);

        Assert.Equal("DeserializedInput", outcome.ErrorId());
        var text = outcome.Told;
        Assert.Contains("New-RollbackPlan -OutFile", text, StringComparison.Ordinal);
        Assert.Contains("Invoke-Rollback -PlanFile", text, StringComparison.Ordinal);
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Fact]
    public void DomainTypes_Public_CannotBeMadeFromAText()
    {
        var types = typeof(RollbackOps.RollbackOpsException).Assembly.GetExportedTypes()
            .Where(type => type.GetMethod("<Clone>$") is not null);
        const BindingFlags Static = BindingFlags.Public | BindingFlags.Static;

        var makeable = types.Where(type =>
            type.GetConstructors().Any(constructor => constructor.GetParameters().Length < 2)
            || type.GetMethods(Static).Any(method => method.Name is "Parse" or "op_Implicit" or "op_Explicit"));

        Assert.Empty(makeable);
    }

    [Fact]
    public void Parameters_OfWhatChangesProduction_BindByNoPropertyName()
    {
        var mutating = typeof(RollbackTools.Commands.InvokeRollbackCommand).Assembly.GetExportedTypes()
            .Where(type => type.GetCustomAttribute<CmdletAttribute>() is { SupportsShouldProcess: true });

        var bound = mutating.SelectMany(type => type.GetProperties())
            .Where(property => property.GetCustomAttributes<ParameterAttribute>()
                .Any(parameter => parameter.ValueFromPipelineByPropertyName));

        Assert.Empty(bound.Select(property => $"{property.DeclaringType!.Name}.{property.Name}"));
    }

    [Fact]
    public void PropertyNames_OfWhatCmdletsGive_AreTheParametersDownstream()
    {
        var outcome = _session.Run("Get-DeploymentHistory -First 1").Clean();

        var given = Assert.Single(outcome.Output).Properties.Select(property => property.Name).ToHashSet();
        Assert.Superset(new HashSet<string> { "Id", "Project", "Environment" }, given);
        _session.Run("Get-DeploymentHistory -First 1 | Get-DeploymentHistory").Clean();
    }
}
