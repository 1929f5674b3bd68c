// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/flush_denormals.hpp"

#if defined(__x86_64__) || defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace widelimit {
namespace {

using Word = unsigned long long;

#if defined(__x86_64__) || defined(__SSE2__)
constexpr Word flush = 0x8040;  // FTZ and DAZ of MXCSR
Word control()
{
    return _mm_getcsr();
}
void set_control(Word word)
{
    _mm_setcsr(static_cast<unsigned>(word));
}
#elif defined(__aarch64__)
constexpr Word flush = 1ULL << 24;  // FZ of FPCR
Word control()
{
    Word word = 0;
    asm volatile("mrs %0, fpcr" : "=r"(word));
    return word;
}
void set_control(Word word)
{
    asm volatile("msr fpcr, %0" : : "r"(word));
}
#else
constexpr Word flush = 0;
Word control()
{
    return 0;
}
void set_control(Word) {}
#endif

}  // namespace

FlushDenormals::FlushDenormals() : before_(control())
{
    set_control(before_ | flush);
}

FlushDenormals::~FlushDenormals()
{
    // Flags that were raised meanwhile stay.
    set_control((control() & ~flush) | (before_ & flush));
}

bool FlushDenormals::available()
{
    return flush != 0;
}

}  // namespace widelimit
