using System.Buffers;
using System.Text;
using Serverless.Relay.SignalR;

namespace Serverless.Relay.Tests.SignalR;

public sealed class MessageCutTests
{
    private const string Sent = "one\u001e\u001ethree\u001elast";

    [Fact]
    public void Messages_are_the_same_however_the_input_is_cut()
    {
        for (var first = 0; first <= Sent.Length; first++)
        {
            for (var second = first; second <= Sent.Length; second++)
            {
                var input = new Input();

                var messages = new[] { Sent[..first], Sent[first..second], Sent[second..] }.SelectMany(input.Take).ToList();

                Assert.Equal(["one", "", "three"], messages);
                Assert.Equal("last", input.Rest);
            }
        }
    }

    [Fact]
    public void What_has_been_looked_at_is_not_looked_at_again()
    {
        var input = new Input();
        for (var i = 0; i < 1000; i++)
        {
            Assert.Empty(input.Take("x"));
        }

        var looks = input.Looks;

        Assert.Equal([new string('x', 1000)], input.Take("\u001e"));
        Assert.InRange(looks, 1000, 3000);
    }

    /// <summary>What has come and is not taken yet, one segment for each piece; it counts how often one is looked at.</summary>
    private sealed class Input
    {
        private readonly MessageCut _cut = new();
        private ReadOnlySequence<byte> _buffer;
        private Piece? _first;
        private Piece? _last;

        public int Looks { get; private set; }

        public string Rest => Encoding.UTF8.GetString(_buffer);

        public List<string> Take(string piece)
        {
            _last = new Piece(new Seen(this, Encoding.UTF8.GetBytes(piece)).Memory, _last);
            _first ??= _last;
            var whole = new ReadOnlySequence<byte>(_first, 0, _last, _last.Memory.Length);
            _buffer = whole.Slice(whole.Length - _buffer.Length - piece.Length);
            var messages = new List<string>();
            while (_cut.TryTake(ref _buffer, out var message))
            {
                messages.Add(Encoding.UTF8.GetString(message));
            }

            return messages;
        }

        private sealed class Seen(Input input, byte[] bytes) : MemoryManager<byte>
        {
            public override Memory<byte> Memory => CreateMemory(bytes.Length);

            public override Span<byte> GetSpan()
            {
                input.Looks++;
                return bytes;
            }

            public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

            public override void Unpin() => throw new NotSupportedException();

            protected override void Dispose(bool disposing)
            {
            }
        }

        private sealed class Piece : ReadOnlySequenceSegment<byte>
        {
            public Piece(ReadOnlyMemory<byte> memory, Piece? before)
            {
                Memory = memory;
                RunningIndex = before is null ? 0 : before.RunningIndex + before.Memory.Length;
                if (before is not null)
                {
                    before.Next = this;
                }
            }
        }
    }
}
