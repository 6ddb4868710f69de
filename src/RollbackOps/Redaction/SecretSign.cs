namespace RollbackOps.Redaction;

/// <summary>What in a text tells that a sort of secret may be in it.</summary>
internal enum SecretSign
{
    /// <summary>A private key's header.</summary>
    PrivateKey,

    /// <summary>The name of a header that authorizes, and a colon.</summary>
    Header,

    /// <summary>An address with an "@".</summary>
    Address,

    /// <summary>The beginning of a service's token, with as much behind it as a token has.</summary>
    Token,

    /// <summary>An address that is a secret itself.</summary>
    Webhook,

    /// <summary>The name of a way to authorize, and a space.</summary>
    Scheme,

    /// <summary>A program's argument that takes a secret.</summary>
    Argument,

    /// <summary>The word "password" and a space, as in .netrc.</summary>
    Login,

    /// <summary>A port between colons, as in .pgpass.</summary>
    PasswordFile,

    /// <summary>A name that makes its value a secret, and what assigns one.</summary>
    Name,
}
