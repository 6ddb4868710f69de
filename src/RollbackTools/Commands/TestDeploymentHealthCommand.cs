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
/// Every check runs at the same time, over a new connection and past caches, at every address that health.addresses in
/// rollback.json names. With a deployment from the pipeline, its version is expected in the answers.
/// </para>
/// <para>
/// With -OwnAddress the deployment is probed at its own address, before anybody switches to it: a release directory
/// starts it on a spare loopback port with the command of platform.probe.
/// </para>
/// </remarks>
/// <example>
/// <para>See how production is.</para>
/// <code>Test-DeploymentHealth</code>
/// </example>
/// <example>
/// <para>Try an earlier deployment before going back to it.</para>
/// <code>Get-DeploymentHistory -Id 20261120093000 | Test-DeploymentHealth -OwnAddress</code>
/// </example>
/// <example>
/// <para>Branch in a script.</para>
/// <code>if (-not (Test-DeploymentHealth -Quiet)) { throw 'Production is not healthy.' }</code>
/// </example>
/// <seealso cref="HealthCheckResult">One for each check and address.</seealso>
/// <seealso cref="bool">With -Quiet: whether every check passed and no other version answered.</seealso>
/// <seealso cref="GetDeploymentHistoryCommand"/>
/// <seealso cref="TestRollbackNeededCommand"/>
/// <seealso cref="TestRollbackSuccessCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "DeploymentHealth")]
[OutputType(typeof(HealthCheckResult), typeof(bool))]
public sealed class TestDeploymentHealthCommand : ContextCommand
{
    /// <summary>Every <see cref="Deployment"/> whose version is expected in the answers.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The address to check, an http or https one in full, for example https://chat.example.com/.</summary>
    [PSDefaultValue(Help = "Every address of health.addresses")]
    [Parameter(Position = 0)]
    public Uri? Address { get; set; }

    /// <summary>
    /// Probes the deployment at its own address instead of production's. Without a deployment from the pipeline it is the
    /// live one's.
    /// </summary>
    [Parameter]
    public SwitchParameter OwnAddress { get; set; }

    /// <summary>Gives only a truth value: true when every check passed and no other version answered.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
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
                deployment ?? await history.RequireCurrentAsync(), cancellationToken);
            return own is null
                ? throw new RollbackOpsException(ErrorId.InvalidArgument,
                    "The platform gives deployments no address of their own.", "Configure platform.probe in rollback.json.")
                : await context.Probe.ProbeAsync(own, deployment, round: 1, cancellationToken);
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
