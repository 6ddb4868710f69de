using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using RollbackOps.Escalations;

namespace RollbackTools.Commands;

/// <summary>
/// The person at the prompt: sees whom to dial, and says by a key what came of it. All but <see cref="Dialled"/> is for the pipeline
/// thread.
/// </summary>
internal sealed class EscalationPrompt
{
    private readonly PSHost _host;
    private readonly Action<string> _say;
    private readonly Action<EscalationStep> _said;
    private readonly List<EscalationStep> _toDial = [];
    private volatile EscalationStep? _dialled;

    /// <param name="host">The host; somebody is at it.</param>
    /// <param name="say">Writes a line for them.</param>
    /// <param name="said">Is given what they say.</param>
    public EscalationPrompt(PSHost host, Action<string> say, Action<EscalationStep> said) => (_host, _say, _said) = (host, say, said);

    /// <summary>Whoever is to be dialled next, or null.</summary>
    public EscalationStep? Dialled => _dialled;

    /// <summary>Whether keys can be read one by one there.</summary>
    public static bool HasKeys(PSHost host)
    {
        try
        {
            return host.UI?.RawUI is { } raw && (raw.KeyAvailable || true);
        }
        catch (Exception none) when (IsWithoutKeys(none))
        {
            return false;
        }
    }

    /// <summary>Takes a step in: a call to dial is shown, an older one is over.</summary>
    public void Take(EscalationStep step)
    {
        switch (step.Kind)
        {
            case EscalationStepKind.Called:
                _toDial.RemoveAll(call => call.DueAt != step.DueAt);
                if (step.Phone is not null)
                {
                    _toDial.Add(step);
                }

                Show();
                break;
            case EscalationStepKind.Answered or EscalationStepKind.Acknowledged or EscalationStepKind.Resolved or EscalationStepKind.Spared:
                _toDial.Clear();
                Show();
                break;
            case EscalationStepKind.NoAnswer:
                _toDial.RemoveAll(call => call.Call == step.Call);
                Show();
                break;
        }
    }

    /// <summary>Reads the keys that were pressed.</summary>
    public void Listen()
    {
        try
        {
            while (_host.UI.RawUI.KeyAvailable)
            {
                Press(_host.UI.RawUI.ReadKey(ReadKeyOptions.NoEcho | ReadKeyOptions.IncludeKeyDown).Character);
            }
        }
        catch (Exception none) when (IsWithoutKeys(none))
        {
            // The terminal went away; Confirm-Escalation says it from elsewhere.
        }
    }

    private void Press(char key)
    {
        switch (char.ToLower(key, CultureInfo.InvariantCulture))
        {
            case 'a' when Dialled is { } call:
                Say(call, EscalationStepKind.Answered);
                break;
            case 'n' when Dialled is { } call:
                Say(call, EscalationStepKind.NoAnswer);
                break;
            case 'k':
                _said(new EscalationStep { Kind = EscalationStepKind.Acknowledged, By = Environment.UserName, Detail = "By key, at the prompt." });
                break;
        }
    }

    private void Say(EscalationStep call, EscalationStepKind kind)
    {
        _toDial.Remove(call);
        Show();
        _said(new EscalationStep
        {
            Kind = kind,
            Contact = call.Contact,
            Level = call.Level,
            Round = call.Round,
            Call = call.Call,
            By = Environment.UserName,
            Detail = "By key, at the prompt.",
        });
    }

    private void Show()
    {
        var next = _toDial.Count == 0 ? null : _toDial[0];
        if (next == _dialled)
        {
            return;
        }

        _dialled = next;
        if (next is { } call)
        {
            _say($"Dial {call.Contact} ({call.Level}): {call.Phone}   [a] answered   [n] no answer   [k] I have it");
        }
    }

    /// <summary>A host without keys says so in one of many ways.</summary>
    private static bool IsWithoutKeys(Exception failure) => failure is SystemException and not PipelineStoppedException;
}
