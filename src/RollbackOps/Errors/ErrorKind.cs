namespace RollbackOps;

/// <summary>What sort of failure an error is; the module maps each onto a category of PowerShell's.</summary>
public enum ErrorKind
{
    /// <summary>The input cannot be used as it is.</summary>
    InvalidInput,

    /// <summary>What was named does not exist.</summary>
    NotFound,

    /// <summary>What is there cannot be read or makes no sense.</summary>
    InvalidData,

    /// <summary>The state of the world forbids it now.</summary>
    InvalidOperation,

    /// <summary>Somebody else is at it.</summary>
    Busy,

    /// <summary>Rights are missing.</summary>
    PermissionDenied,

    /// <summary>A resource (file, service, disk) is unavailable.</summary>
    ResourceUnavailable,

    /// <summary>It took too long; the outcome may be unknown.</summary>
    Timeout,

    /// <summary>The content is not what was sealed.</summary>
    SecurityError,

    /// <summary>It exists already.</summary>
    Exists,

    /// <summary>Not available on this system.</summary>
    NotSupported,

    /// <summary>The act itself failed.</summary>
    OperationFailed,
}
