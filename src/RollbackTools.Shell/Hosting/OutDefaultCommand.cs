using System.Management.Automation;

namespace RollbackTools.Shell.Hosting;

/// <summary>
/// Shows objects through the engine's <c>Out-Host</c>, and can be told to write out what the formatter holds back; see
/// <see cref="PendingOutput"/>. It bears the name of the engine's own outputter because the engine gives programs the
/// terminal itself only before a command of that name.
/// </summary>
[Cmdlet(VerbsData.Out, "Default")]
public sealed class OutDefaultCommand : PSCmdlet, IDisposable
{
    private static readonly ScriptBlock s_outHost = ScriptBlock.Create(@"Microsoft.PowerShell.Core\Out-Host");

    private PendingOutput? _pending;
    private SteppablePipeline? _formatter;
    private bool _holdsObjects;

    /// <summary>The object to show; null and nothing are passed on too, the formatter knows them.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _formatter?.Dispose();
        _formatter = null;
    }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _pending = (Host.PrivateData?.BaseObject as ShellPrivateData)?.Pending;
        _pending?.Begin(FlushHeld);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_formatter is null)
        {
            _formatter = s_outHost.GetSteppablePipeline(CommandOrigin.Internal);
            _formatter.Begin(expectInput: true);
        }

        // What is held back is written before anything later is; so when this object shows, nothing
        // is held back.
        var before = _pending?.WriteCount;
        _formatter.Process(InputObject);
        _holdsObjects = before == _pending?.WriteCount;
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Flush();
        _pending?.End();
    }

    private void FlushHeld()
    {
        if (_holdsObjects)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _formatter?.End();
        Dispose();
        _holdsObjects = false;
    }
}
