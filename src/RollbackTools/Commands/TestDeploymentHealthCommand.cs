using System.Management.Automation;
using RollbackOps;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>Makes the configured health checks from outside and tells how each came out.</summary>
/// <remarks>
/// <para>
/// Every check runs at the same time, over a new connection and past caches. With a deployment from the pipeline, its
/// version is expected in the answers. With -OwnAddress the deployment is probed at its own address, before anybody
/// switches to it.
/// </para>
/// </remarks>
/// <example>
/// <para>How is production?</para>
/// <code>Test-DeploymentHealth</code>
/// </example>
/// <example>
/// <para>Would an earlier deployment do?</para>
/// <code>Get-DeploymentHistory -Id 20261120093000 | Test-DeploymentHealth -OwnAddress</code>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "DeploymentHealth")]
[OutputType(typeof(HealthCheckResult), typeof(bool))]
public sealed class TestDeploymentHealthCommand : ContextCommand
{
    /// <summary>Deployments whose version is expected.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The address to check; by default every configured one.</summary>
    [Parameter(Position = 0)]
    public Uri? Address { get; set; }

    /// <summary>Probe the deployment at its own address instead of production's.</summary>
    [Parameter]
    public SwitchParameter OwnAddress { get; set; }

    /// <summary>Give only a truth value: true when every check passed.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The environment; by default the configuration's own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => Run(async cancellationToken =>
    {
        var deployment = InputObject?.BaseObject as Deployment;
        if (InputObject is not null && deployment is null)
        {
            throw ErrorRecords.UnusableInput(InputObject, "a Deployment");
        }

        var context = OpenContext(deployment?.Project, deployment?.Environment ?? Environment);
        var results = await ProbeAsync(context, deployment, cancellationToken);
        if (Quiet)
        {
            await EmitAsync(results.Count > 0 && results.All(result =>
                result.Status == CheckStatus.Passed && result.IsExpectedVersion != false));
            return;
        }

        foreach (var result in results)
        {
            await EmitAsync(result);
        }
    });

    private async Task<IReadOnlyList<HealthCheckResult>> ProbeAsync(
        RollbackContext context, Deployment? deployment, CancellationToken cancellationToken)
    {
        if (OwnAddress)
        {
            var history = await context.OpenHistoryAsync(RollbackLedger.Empty, cancellationToken);
            await using var own = await context.Platform.OpenOwnAddressAsync(
                deployment ?? history.RequireCurrent(), cancellationToken);
            return own is null
                ? throw new RollbackOpsException(ErrorId.InvalidArgument,
                    "The platform gives deployments no address of their own.", "Configure platform.probe in rollback.json.")
                : await context.Probe.ProbeAsync(own.Address, deployment, round: 1, cancellationToken);
        }

        if (Address is not null)
        {
            return Address is { IsAbsoluteUri: true, Scheme: "http" or "https" }
                ? await context.Probe.ProbeAsync(Address, deployment, round: 1, cancellationToken)
                : throw new RollbackOpsException(ErrorId.InvalidArgument,
                    $"'{Inert.Line(Address.OriginalString)}' is no http or https address.",
                    "Write it in full: https://chat.example.com/.", Address);
        }

        return context.Probe.Addresses.Count > 0
            ? await context.Probe.ProbeAllAsync(deployment, round: 1, cancellationToken)
            : throw new RollbackOpsException(ErrorId.InvalidArgument,
                "No address is configured that could be checked.", "Set health.addresses in rollback.json, or use -Address.");
    }
}
