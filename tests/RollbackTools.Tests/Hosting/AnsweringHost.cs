using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace RollbackTools.Tests.Hosting;

/// <summary>A host with somebody at it, who gives every confirmation the same answer.</summary>
internal sealed class AnsweringHost : PSHost
{
    private readonly AnsweringUserInterface _ui;

    /// <summary>Makes one.</summary>
    /// <param name="answer">The choice to take, for example <c>&amp;Yes</c> or <c>&amp;No</c>.</param>
    public AnsweringHost(string answer) => _ui = new AnsweringUserInterface(answer);

    public static AnsweringHost Yes => new("&Yes");

    public static AnsweringHost No => new("&No");

    /// <summary>What was asked, in full.</summary>
    public IReadOnlyList<string> Questions => _ui.Questions;

    /// <summary>Is called at every question, before it is answered.</summary>
    public Action Asked
    {
        set => _ui.Asked = value;
    }

    /// <summary>Is called with every line of the host's own.</summary>
    public Action<string> Written
    {
        set => _ui.Written = value;
    }

    /// <summary>The host's own lines.</summary>
    public IReadOnlyList<string> Lines => _ui.Lines;

    public override string Name => "AnsweringHost";

    public override Version Version { get; } = new(1, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => _ui;

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }

    private sealed class AnsweringUserInterface : PSHostUserInterface
    {
        private readonly string _answer;
        private readonly List<string> _questions = [];
        private readonly List<string> _lines = [];

        public AnsweringUserInterface(string answer) => _answer = answer;

        public IReadOnlyList<string> Questions => _questions;

        public IReadOnlyList<string> Lines => _lines;

        public Action Asked { get; set; } = static () => { };

        public Action<string> Written { get; set; } = static _ => { };

        public override PSHostRawUserInterface? RawUI => null;

        public override int PromptForChoice(
            string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            _questions.Add($"{caption}\n{message}");
            Asked();
            return choices.Select((choice, index) => (choice.Label, index)).Single(choice => choice.Label == _answer).index;
        }

        public override void WriteLine(string value)
        {
            _lines.Add(value);
            Written(value);
        }

        public override void Write(string value) => _lines.Add(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => _lines.Add(value);

        public override Dictionary<string, PSObject> Prompt(
            string caption, string message, Collection<FieldDescription> descriptions) => throw new NotSupportedException();

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName) => throw new NotSupportedException();

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName,
            PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw new NotSupportedException();

        public override string ReadLine() => throw new NotSupportedException();

        public override SecureString ReadLineAsSecureString() => throw new NotSupportedException();

        public override void WriteErrorLine(string value)
        {
        }

        public override void WriteDebugLine(string message)
        {
        }

        public override void WriteProgress(long sourceId, ProgressRecord record)
        {
        }

        public override void WriteVerboseLine(string message)
        {
        }

        public override void WriteWarningLine(string message)
        {
        }
    }
}
